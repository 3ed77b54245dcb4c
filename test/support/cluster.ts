/** A Kubernetes API server as far as TokenReview goes: it knows its service accounts' tokens by their signature and by what was deleted. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SignJWT, compactVerify } from "jose";
import { type SigningKey, signingKey } from "./issuer.ts";

export interface Cluster {
  readonly address: string;
  readonly key: SigningKey;
  /** `authorization` of each review asked. */
  readonly reviewers: string[];
  /** UIDs whose tokens do not count any more. */
  readonly deleted: Set<string>;
  /** In place of the status it would give. */
  lie: object | null;
  /** A service account's token; `claims` over the usual ones. */
  token(claims?: object, key?: SigningKey): Promise<string>;
  close(): Promise<void>;
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

export async function startCluster(
  now: () => number = () => Math.floor(Date.now() / 1_000),
): Promise<Cluster> {
  const key = await signingKey("cluster", "RS256");
  const statusOf = async (token: string, audiences: readonly string[] | undefined): Promise<object> => {
    try {
      const { createPublicKey } = await import("node:crypto");
      const { payload } = await compactVerify(token, createPublicKey(key.pem));
      const claims = JSON.parse(text(payload)) as {
        readonly sub: string;
        readonly aud?: readonly string[];
        readonly "kubernetes.io": { readonly serviceaccount: { readonly uid: string } };
      };
      const { uid } = claims["kubernetes.io"].serviceaccount;
      const known = (audiences ?? ["https://kubernetes.default.svc"]).filter(
        (one) => claims.aud?.includes(one) ?? true,
      );
      if (cluster.deleted.has(uid) || known.length === 0) return { authenticated: false, error: "gone" };
      return { authenticated: true, user: { username: claims.sub, uid, groups: [] }, audiences: known };
    } catch {
      return { authenticated: false, error: "invalid bearer token" };
    }
  };
  const server = createServer((request, response) => {
    (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      if (request.method !== "POST" || request.url !== "/apis/authentication.k8s.io/v1/tokenreviews") {
        response.statusCode = 404;
        return response.end("{}");
      }
      cluster.reviewers.push(request.headers.authorization ?? "");
      const { spec } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as {
        readonly spec: { readonly token: string; readonly audiences?: readonly string[] };
      };
      const status = cluster.lie ?? (await statusOf(spec.token, spec.audiences));
      response.writeHead(201, { "content-type": "application/json" });
      return response.end(
        JSON.stringify({
          kind: "TokenReview",
          apiVersion: "authentication.k8s.io/v1",
          metadata: {},
          spec,
          status,
        }),
      );
    })().catch(() => response.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const cluster: Cluster = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key,
    reviewers: [],
    deleted: new Set(),
    lie: null,
    token: (claims = {}, signer = key) =>
      new SignJWT({
        iss: "https://kubernetes.default.svc",
        sub: "system:serviceaccount:ml:train",
        aud: ["bulkhead", "https://kubernetes.default.svc"],
        iat: now(),
        nbf: now(),
        exp: now() + 600,
        "kubernetes.io": {
          namespace: "ml",
          serviceaccount: { name: "train", uid: "uid-train" },
          pod: { name: "train-0", uid: "uid-pod" },
        },
        ...claims,
      })
        .setProtectedHeader({ alg: signer.alg, kid: signer.kid })
        .sign(signer.privateKey),
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return cluster;
}
