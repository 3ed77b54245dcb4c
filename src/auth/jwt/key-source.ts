/**
 * The keys that a mount's tokens may be signed with: given as PEM, or fetched from the issuer (discovery or JWKS) and kept for a while.
 * A key's id that is not known yet fetches once more, so that rotation is followed, but no oftener than every few seconds however
 * many tokens name strange ids; questions at the same time share one. When the issuer does not answer, the keys it last gave hold for
 * an hour: long enough for an outage, short enough for a key that was withdrawn.
 */
import { type KeyObject, X509Certificate, createPublicKey } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import { type Allowed, ForbiddenAddress, checkHost, isLoopbackAddress } from "../../core/destination.ts";
import type { Json } from "../../core/json-bytes.ts";
import { FetchError, fetchJson, isLoopback, issuerUrl } from "./fetch.ts";
import type { Config } from "./store.ts";
import type { VerifyKey } from "./token.ts";

const FRESH_MS = 10 * 60_000;
const STALE_MS = 60 * 60_000;
const AGAIN_MS = 10_000;
const MOST_KEYS = 100;

export interface Discovery {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly userinfoEndpoint: string;
  readonly basicAuthentication: boolean;
}

interface Fetched {
  readonly keys: readonly VerifyKey[];
  readonly discovery: Discovery | null;
  readonly at: number;
}

export class KeySource {
  readonly #clock: Clock;
  #config = "";
  #fetched: Fetched | null = null;
  #asked = Number.NEGATIVE_INFINITY;
  #asking: Promise<Fetched> | null = null;
  #given: { readonly pems: string; readonly keys: readonly VerifyKey[] } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Keys for a token with this `kid`. Throws `FetchError` when there are none to be had. */
  async keys(config: Config, kid: string | undefined): Promise<readonly VerifyKey[]> {
    if (config.jwt_validation_pubkeys.length > 0) return this.#fromPem(config.jwt_validation_pubkeys);
    const { keys } = await this.#current(config);
    const known = kid === undefined || keys.some((key) => key.kid === undefined || key.kid === kid);
    if (known || (this.#asking === null && !this.#mayAsk())) return keys;
    try {
      return (await this.#ask(config)).keys;
    } catch (error) {
      if (error instanceof FetchError) return keys; // the id is unknown: no key fits, whatever happens
      throw error;
    }
  }

  /** Throws `FetchError`. */
  async discovery(config: Config): Promise<Discovery> {
    const { discovery } = await this.#current(config);
    if (discovery === null) throw new FetchError("there is no discovery document");
    return discovery;
  }

  async #current(config: Config): Promise<Fetched> {
    const identity = JSON.stringify([
      config.oidc_discovery_url,
      config.oidc_discovery_ca_pem,
      config.jwks_url,
      config.jwks_ca_pem,
    ]);
    if (identity !== this.#config) {
      this.#config = identity;
      this.#fetched = null;
      this.#asking = null;
      this.#asked = Number.NEGATIVE_INFINITY;
    }
    const fetched = this.#fetched;
    if (fetched !== null && this.#since(fetched.at) < FRESH_MS) return fetched;
    if (this.#asking === null && !this.#mayAsk())
      return this.#stale(new FetchError("it was asked a moment ago"));
    try {
      return await this.#ask(config);
    } catch (error) {
      return this.#stale(error);
    }
  }

  #stale(error: unknown): Fetched {
    if (this.#fetched !== null && this.#since(this.#fetched.at) < STALE_MS) return this.#fetched;
    throw error;
  }

  /** A clock that is set back counts as time that passed: keys are fetched again rather than kept for ever. */
  #since(time: number): number {
    return Math.abs(this.#clock.now() - time);
  }

  #mayAsk(): boolean {
    return this.#since(this.#asked) >= AGAIN_MS;
  }

  #ask(config: Config): Promise<Fetched> {
    if (this.#asking !== null) return this.#asking;
    this.#asked = this.#clock.now();
    const identity = this.#config;
    const asking = fetchKeys(config, this.#clock.now())
      .then((fetched) => {
        if (identity === this.#config) this.#fetched = fetched;
        return fetched;
      })
      .finally(() => {
        if (this.#asking === asking) this.#asking = null;
      });
    this.#asking = asking;
    return asking;
  }

  #fromPem(pems: readonly string[]): readonly VerifyKey[] {
    const text = pems.join("\n");
    if (this.#given?.pems !== text)
      this.#given = {
        pems: text,
        keys: pems.map((pem) => ({ kid: undefined, algorithm: undefined, key: keyOfPem(pem) })),
      };
    return this.#given.keys;
  }
}

/** Throws for what is no public key or certificate in PEM. */
export function keyOfPem(pem: string): KeyObject {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) throw new TypeError("a private key");
  return pem.includes("BEGIN CERTIFICATE") ? new X509Certificate(pem).publicKey : createPublicKey(pem);
}

export async function fetchKeys(config: Config, at: number): Promise<Fetched> {
  if (config.oidc_discovery_url === "")
    return { keys: await fetchKeySet(config.jwks_url, config.jwks_ca_pem), discovery: null, at };
  const discovery = await fetchDiscovery(config);
  const { jwksUri, issuer } = discovery;
  const keys = await fetchKeySet(jwksUri, config.oidc_discovery_ca_pem, allowedFrom(issuer, jwksUri));
  return { keys, discovery, at };
}

/** Empty where there is none. The names asked for stand on no prototype. */
const textAt = (document: Json, name: string): string => {
  const value = (document as Readonly<Record<string, Json>> | null)?.[name];
  return typeof value === "string" ? value : "";
};

/** An issuer out there must not send us to this machine's own services. */
export const allowedFrom = (base: string, place: string): Allowed => ({
  loopback:
    issuerUrl(place).host === issuerUrl(base).host ||
    isLoopback(issuerUrl(base).hostname) ||
    isLoopbackAddress(issuerUrl(base).hostname.replace(/^\[(.*)\]$/, "$1")),
});

export async function fetchDiscovery({
  oidc_discovery_url: base,
  oidc_discovery_ca_pem: ca,
}: Pick<Config, "oidc_discovery_url" | "oidc_discovery_ca_pem">): Promise<Discovery> {
  const document = await fetchJson(`${base.replace(/\/$/, "")}/.well-known/openid-configuration`, { ca });
  const issuer = textAt(document, "issuer");
  if (issuer !== base)
    throw new FetchError(
      `issuer did not match the returned issuer, expected "${base}" got "${issuer.slice(0, 200)}"`,
    );
  const methods = (document as Readonly<Record<string, Json>>).token_endpoint_auth_methods_supported;
  const endpoint = (name: string): string => {
    const text = textAt(document, name);
    if (text === "") return "";
    try {
      checkHost(issuerUrl(text).hostname, allowedFrom(base, text));
    } catch (error) {
      throw error instanceof ForbiddenAddress ? new FetchError(`its ${name}: ${error.message}`) : error;
    }
    return text;
  };
  const jwksUri = endpoint("jwks_uri");
  if (jwksUri === "") throw new FetchError("the discovery document names no jwks_uri");
  return {
    issuer,
    jwksUri,
    authorizationEndpoint: endpoint("authorization_endpoint"),
    tokenEndpoint: endpoint("token_endpoint"),
    userinfoEndpoint: endpoint("userinfo_endpoint"),
    basicAuthentication: !Array.isArray(methods) || methods.includes("client_secret_basic"),
  };
}

export async function fetchKeySet(
  url: string,
  ca: string,
  allowed: Allowed = {},
): Promise<readonly VerifyKey[]> {
  const document = (await fetchJson(url, { ca, allowed })) as Readonly<Record<string, Json>> | null;
  const listed = document?.keys; // of an array or a string: no list
  if (!Array.isArray(listed)) throw new FetchError("the answer is not a key set");
  return (listed as readonly Json[]).slice(0, MOST_KEYS).flatMap(keyOfJwk);
}

/** Nothing for what is no public signing key: symmetric, for encryption, of an unknown kind, no object. */
function keyOfJwk(jwk: Json): readonly VerifyKey[] {
  try {
    const key = createPublicKey({ key: jwk as Record<string, unknown>, format: "jwk" });
    const { use = "sig" } = jwk as Readonly<Record<string, Json>>;
    const named = { kid: textAt(jwk, "kid") || undefined, algorithm: textAt(jwk, "alg") || undefined };
    return use === "sig" ? [{ ...named, key }] : [];
  } catch {
    return [];
  }
}
