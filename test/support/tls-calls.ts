/** Calls over TLS with and without a client's certificate. */
import https from "node:https";
import type { Made } from "./certificates.ts";

export interface TlsAnswer {
  readonly status: number;
  readonly text: string;
  readonly json: unknown;
}

export interface TlsCall {
  readonly method: string;
  readonly path: string;
  readonly body?: object | string;
  readonly token?: string;
  /** The client's key and certificate; `chain` follows it. */
  readonly client?: Pick<Made, "pem" | "keyPem">;
  readonly chain?: readonly Made[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A connection of its own. */
export function callTls(address: string, call: TlsCall): Promise<TlsAnswer> {
  const { client, chain = [] } = call;
  return new Promise((resolve, reject) => {
    const request = https.request(
      `${address}/v1/${call.path}`,
      {
        method: call.method,
        agent: false,
        rejectUnauthorized: false,
        headers: {
          "content-type": "application/json",
          ...(call.token !== undefined && { "x-vault-token": call.token }),
          ...call.headers,
        },
        ...(client !== undefined && {
          cert: [client.pem, ...chain.map(({ pem }) => pem)].join(""),
          key: client.keyPem,
        }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode ?? 0, text, json: text === "" ? null : JSON.parse(text) });
        });
      },
    );
    request.on("error", reject);
    request.end(
      call.body === undefined
        ? undefined
        : typeof call.body === "string"
          ? call.body
          : JSON.stringify(call.body),
    );
  });
}
