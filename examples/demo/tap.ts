/** A listener on the way between `bulkhead run` and the server: sees tokens as they pass, and may act before a request goes on. */
import { request as send, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Tap {
  readonly address: string;
  stop(): Promise<void>;
}

export interface Passing {
  /** With its leading slash, without the query: `/v1/auth/token/revoke-self`. */
  readonly path: string;
  /** Empty: none. */
  readonly token: string;
}

/** Passes everything on to `target` (`http://127.0.0.1:PORT`), each request after `watch` has settled. */
export async function startTap(target: string, watch: (passing: Passing) => Promise<void>): Promise<Tap> {
  const pass = (request: IncomingMessage, response: ServerResponse): void => {
    const { method, url = "/", headers } = request;
    const onward = send(new URL(url, target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  };
  const server = createServer((request, response) => {
    const token = request.headers["x-vault-token"];
    const passing = {
      path: (request.url ?? "/").split("?")[0] ?? "/",
      token: typeof token === "string" ? token : "",
    };
    watch(passing).then(
      () => pass(request, response),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
