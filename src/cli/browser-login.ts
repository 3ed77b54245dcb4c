/**
 * `login --method oidc`: a listener on this machine takes the provider's answer from the person's browser (RFC 8252). It answers one
 * callback with the state it began with, on loopback only, and is gone after five minutes.
 */
import { randomBytes } from "node:crypto";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ApiClient, LoginAnswer } from "../client/index.ts";
import { BulkheadError } from "../core/errors.ts";

export interface BrowserLogin {
  readonly mount: string;
  /** Empty: the mount's default. */
  readonly role: string;
  /** 0: any. */
  readonly port: number;
  /** Tells the person where to go. */
  readonly show: (url: string) => void;
}

const WAIT_MS = 5 * 60_000;
const PATH = "/oidc/callback";

/** Throws `login.no-address`, `login.browser` and what the server says. */
export async function browserLogin(
  client: ApiClient,
  { mount, role, port, show }: BrowserLogin,
): Promise<LoginAnswer> {
  const server = createServer();
  await listen(server, port);
  try {
    const redirect = `http://localhost:${(server.address() as AddressInfo).port}${PATH}`;
    const nonce = randomBytes(24).toString("base64url");
    const begun = await client.write(`auth/${mount}/oidc/auth_url`, {
      role,
      redirect_uri: redirect,
      client_nonce: nonce,
    });
    const url = typeof begun?.auth_url === "string" ? begun.auth_url : "";
    if (url === "") throw new BulkheadError("login.no-address", { role: role || "(the default)", redirect });
    const state = new URL(url).searchParams.get("state") ?? "";
    const answer = answerFor(server, state);
    show(url);
    const query = await answer;
    return await client.login(`auth/${mount}/oidc/callback`, { ...query, client_nonce: nonce }, "GET");
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", ({ code }: NodeJS.ErrnoException) =>
      reject(new BulkheadError("server.cannot-listen", { address: `localhost:${port}`, reason: code ?? "" })),
    );
    server.listen(port, "localhost", resolve);
  });
}

function answerFor(server: Server, state: string): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new BulkheadError("login.browser", { reason: "nobody came back in five minutes" })),
      WAIT_MS,
    );
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      const url = new URL(request.url ?? "/", "http://localhost");
      const mine =
        request.method === "GET" && url.pathname === PATH && url.searchParams.get("state") === state;
      response.writeHead(mine ? 200 : 404, {
        "content-type": "text/plain; charset=utf-8",
        "cache-control": "no-store",
        connection: "close",
      });
      // other pages may guess this address: only the state that we began with ends the wait
      response.end(mine ? "You may close this page and go back to the terminal.\n" : "Not found.\n");
      if (!mine) return;
      clearTimeout(timer);
      const [error, code] = [url.searchParams.get("error"), url.searchParams.get("code")];
      response.once("close", () =>
        error === null
          ? resolve({ state, code: code ?? "" })
          : reject(
              new BulkheadError("login.browser", {
                reason: `the provider said ${error.slice(0, 100).replace(/\p{Cc}/gu, "?")}`,
              }),
            ),
      );
    });
  });
}
