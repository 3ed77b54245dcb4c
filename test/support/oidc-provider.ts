/** A real OpenID provider (`oidc-provider`) on loopback, and a person with a browser who logs in there. */
import { type RequestListener, type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Provider {
  readonly issuer: string;
  close(): Promise<void>;
}

export const CLIENT = { id: "bulkhead", secret: "not-a-live-secret-of-a-test-client" };

/** The package brings no types. */
type ProviderClass = new (issuer: string, options: object) => { callback(): RequestListener };
const PACKAGE: string = "oidc-provider";

export async function startProvider(redirects: readonly string[]): Promise<Provider> {
  const { default: OidcProvider } = (await import(PACKAGE)) as { readonly default: ProviderClass };
  const server: Server = createServer();
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new OidcProvider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        application_type: "native", // loopback addresses with any port
        redirect_uris: [...redirects],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ["sub"], profile: ["team", "name"] },
    conformIdTokenClaims: false,
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, team: id === "eve" ? "sales" : "ml", name: `${id} x` }),
    }),
    cookies: { keys: ["a-test-cookie-key"] },
  });
  server.on("request", provider.callback());
  return {
    issuer,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** Opens the address, fills in the provider's pages, and follows it back; gives the last address before this machine's listener. */
export async function logInAs(person: string, address: string): Promise<string> {
  const cookies = new Map<string, string>();
  let [url, body]: [string, URLSearchParams | null] = [address, null];
  for (let steps = 0; steps < 20; steps++) {
    const response: Response = await fetch(url, {
      method: body === null ? "GET" : "POST",
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(body !== null && { body }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split(/=(.*)/s);
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location !== null) {
      url = new URL(location, url).href;
      body = null;
      if (new URL(url).pathname.endsWith("/oidc/callback")) return url;
      continue;
    }
    const page = await response.text();
    const action = /action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
    if (action === undefined || prompt === undefined)
      throw new Error(`no form at ${url}: ${response.status} ${page.slice(0, 400)}`);
    url = new URL(action, url).href;
    body = new URLSearchParams({ prompt, login: person, password: "x" });
  }
  throw new Error("the provider leads in a circle");
}
