/**
 * Whether a credential works, by the harmless request that its provider's file describes: it changes nothing and costs nothing.
 * Bounded in time and bytes; a redirect is an answer like any other and is not followed; what is said of a failure repeats nothing of
 * the request. How bytes travel is handed in (`managers/http.ts`), so that addresses are guarded in one place.
 */
import type { Secret } from "../core/secret.ts";
import type { Provider, Verdict, VerifyRequest } from "../providers/types.ts";
import { fillHeader, fillText, fillUrl, placesIn } from "./fill.ts";

export { type Values, fillHeader, fillText, fillUrl, placesIn } from "./fill.ts";

export interface WebRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
  /** Bytes that an answer may have. */
  readonly most: number;
  /** Milliseconds. */
  readonly timeout: number;
}

export interface WebAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** One request; throws when there is no whole answer. Follows no redirect. */
export type SendRequest = (request: WebRequest) => Promise<WebAnswer>;

export interface VerifyOptions {
  readonly send: SendRequest;
  /** In place of the provider's own origin: a self-hosted or local server. */
  readonly base?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Verification {
  /** `limited`: accepted, but without the right asked for or out of quota. `unknown`: nothing was learned. */
  readonly verdict: Verdict;
  /** In words, lower case, without any value. */
  readonly reason: string;
}

const MOST_ANSWER = 262_144;
const TIMEOUT_MS = 15_000;

/** The request's address at another server: its path stays. `base` may bring a path that stands in front. */
export function atBase(url: string, base: string | undefined, own: string | undefined): string {
  if (base === undefined) return url;
  const there = base.replace(/\/+$/, "");
  if (own !== undefined && url.startsWith(own)) return there + url.slice(own.length);
  return there + url.replace(/^(?:https?:\/\/[^/]+|\{[a-z_]+\})/, "");
}

/** Never throws but for `signal`'s own reason. */
export async function verifyCredential(
  provider: Pick<Provider, "id" | "title" | "verify"> & { readonly rotate?: Provider["rotate"] },
  parts: ReadonlyMap<string, Secret>,
  options: VerifyOptions,
): Promise<Verification> {
  const { verify } = provider;
  if (verify === undefined)
    return { verdict: "unknown", reason: `no harmless request is known for ${provider.title}` };
  return await verifyBy(verify, parts, { ...options, own: provider.rotate?.calls?.[0]?.base });
}

export async function verifyBy(
  request: VerifyRequest,
  parts: ReadonlyMap<string, Secret>,
  { send, base, signal, own }: VerifyOptions & { readonly own?: string | undefined },
): Promise<Verification> {
  const missing = partsOf(request).filter(
    (part) => !parts.has(part) && !(base !== undefined && isAddress(request, part)),
  );
  if (missing.length > 0)
    return { verdict: "unknown", reason: `the part ${missing.join(", ")} is not there to ask with` };
  try {
    const answer = await send({
      url: fillUrl(atBase(request.url, base, own), parts),
      method: request.method,
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, text]) => [name, fillHeader(text, parts)]),
      ),
      ...(request.body !== undefined && { body: fillText(request.body, parts) }),
      ...{ signal, most: MOST_ANSWER, timeout: TIMEOUT_MS },
    });
    answer.body.fill(0);
    const verdict = request.verdicts[answer.status] ?? "unknown";
    return { verdict, reason: `${hostOf(request, base)} answered ${answer.status}` };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    return { verdict: "unknown", reason: `${hostOf(request, base)} gave no usable answer` };
  }
}

const isAddress = (request: VerifyRequest, part: string): boolean => request.url.startsWith(`{${part}}`);

const partsOf = ({ url, headers, body = "" }: VerifyRequest): string[] => [
  ...new Set([url, body, ...Object.values(headers)].flatMap(placesIn)),
];

function hostOf({ url }: VerifyRequest, base: string | undefined): string {
  return URL.parse(base ?? url)?.host ?? "the provider";
}
