/** Plain calls of a server, status and JSON, for tests that look at refusals rather than at values. */
import { Agent, request } from "node:http";

export interface RestAnswer {
  readonly status: number;
  readonly text: string;
  readonly json: RestJson;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}
/** Looked into freely: every member may be there. */
export type RestJson = { readonly [name: string]: RestJson } & { readonly [index: number]: RestJson };

export interface Rest {
  (method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<RestAnswer>;
  /** The same connections, another token (null: none). */
  as(token: string | null): Rest;
  close(): void;
}

/** `body`: sent as it is when it is a Buffer or text, else as JSON. `path` is what follows `/v1/`, already percent-encoded. */
export function rest(address: string, token: string | null, agent?: Agent): Rest {
  const own = agent ?? new Agent({ keepAlive: true });
  const call = (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<RestAnswer> =>
    new Promise((resolve, reject) => {
      const payload =
        body === undefined
          ? undefined
          : Buffer.isBuffer(body) || typeof body === "string"
            ? Buffer.from(body)
            : Buffer.from(JSON.stringify(body));
      const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
      // not as one URL: that would be normalized before it is sent
      const { hostname, port } = new URL(address);
      const sent = request(
        {
          hostname,
          port,
          path: `/v1/${path}`,
          method,
          agent: own,
          headers: {
            ...(token !== null && { "x-vault-token": token }),
            ...(payload && { "content-type": type, "content-length": String(payload.length) }),
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const text = Buffer.concat(chunks).toString("utf8");
            const json = (/^[[{]/.test(text) ? JSON.parse(text) : null) as RestJson;
            resolve({ status: response.statusCode ?? 0, text, json, headers: response.headers });
          });
        },
      );
      sent.on("error", reject);
      sent.end(payload);
    });
  return Object.assign(call, {
    as: (other: string | null) => rest(address, other, own),
    close: () => own.destroy(),
  });
}
