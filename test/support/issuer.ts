/** An issuer of signed tokens on loopback: a real JWKS and discovery over HTTP, keys and signatures by jose. It can lie and hang on demand. */
import { type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, type JWK, SignJWT, exportJWK, exportSPKI, generateKeyPair } from "jose";

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
  /** The public key. */
  readonly pem: string;
}

export async function signingKey(kid: string, alg = "ES256"): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    kid,
    alg,
    privateKey,
    jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" },
    pem: await exportSPKI(publicKey),
  };
}

export interface TestIssuer {
  /** `http://127.0.0.1:PORT`. */
  readonly address: string;
  /** Published now; may be changed. */
  keys: JWK[];
  readonly key: SigningKey;
  /** In place of the usual answer; called for every path. Return true when it answered. */
  answer: ((path: string, response: ServerResponse) => boolean) | null;
  /** Requests so far, by path. */
  readonly seen: string[];
  sign(claims: object, options?: { key?: SigningKey; header?: object }): Promise<string>;
  close(): Promise<void>;
}

export async function startIssuer(): Promise<TestIssuer> {
  const key = await signingKey("key-1");
  const server: Server = createServer((request, response) => {
    const path = request.url ?? "";
    issuer.seen.push(path);
    if (issuer.answer?.(path, response) === true) return;
    const json = (body: object): void =>
      void response.setHeader("content-type", "application/json").end(JSON.stringify(body));
    if (path === "/jwks") return json({ keys: issuer.keys });
    if (path === "/.well-known/openid-configuration")
      return json({
        issuer: issuer.address,
        jwks_uri: `${issuer.address}/jwks`,
        authorization_endpoint: `${issuer.address}/auth`,
        token_endpoint: `${issuer.address}/token`,
        id_token_signing_alg_values_supported: ["ES256", "RS256"],
      });
    response.statusCode = 404;
    response.end("nothing here");
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const issuer: TestIssuer = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys: [key.jwk],
    key,
    answer: null,
    seen: [],
    sign: (claims, { key: other = key, header = {} } = {}) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: other.alg, kid: other.kid, ...header })
        .sign(other.privateKey),
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return issuer;
}
