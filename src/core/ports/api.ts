/**
 * The /v1 call, as the kernel takes it and as clients make it: over HTTP or in the same process it is the same shape, so
 * that everything above `client/` works both ways.
 */
export type ApiMethod = "GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "PATCH" | "LIST" | "SCAN";

export interface ApiRequest {
  readonly method: ApiMethod;
  /** Below `/v1/`, without a leading slash, percent-decoded once: `secret/data/fraud/dev/openai`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. The token travels in `x-vault-token` or `authorization: Bearer`. */
  readonly headers: Readonly<Record<string, string>>;
  /** null or empty when there is none. The kernel zeroes it after use. */
  readonly body: Buffer | null;
  /** Address of the peer; `local` in process. */
  readonly remote: string;
  /** The client's certificate chain (DER, its own first), when the connection has TLS and the client showed one. */
  readonly certificates?: readonly Buffer[];
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Chunks in order; empty for 204. Owned by the receiver, which wipes them after use. */
  readonly body: readonly Buffer[];
}

/** What `client/` stands on: HTTP in one implementation, `kernel.handle` in the other. */
export type ApiTransport = (request: ApiRequest) => Promise<ApiResponse>;
