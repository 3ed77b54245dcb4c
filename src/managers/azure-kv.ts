/** `azure-kv://VAULT/NAME[/VERSION]`: Azure Key Vault; VAULT is its name or, in other clouds, its whole host. */
import { asked, json, member, refused, resolvedOf, text } from "./answers.ts";
import { azureToken } from "./azure-token.ts";
import { isLoopbackHost } from "./http.ts";
import { badPlace, parts } from "./place.ts";
import type { Listed, Manager, Reference, ResolveContext } from "./types.ts";

const VERSION = "api-version=7.4";
const FORM = { least: 2, most: 3, expected: "azure-kv://VAULT/NAME or azure-kv://VAULT/NAME/VERSION" };
const SUFFIXES = [".vault.azure.net", ".vault.azure.cn", ".vault.usgovcloudapi.net", ".managedhsm.azure.net"];

/** Where the vault is, and the resource that its token is for. Nobody else's host may have the token. */
export function vaultOf(
  reference: Reference,
  vault: string,
): { readonly base: string; readonly resource: string } {
  if (/^[A-Za-z0-9-]{3,24}$/.test(vault))
    return { base: `https://${vault}.vault.azure.net`, resource: "https://vault.azure.net" };
  const host = vault.toLowerCase();
  const suffix = SUFFIXES.find(
    (one) => host.endsWith(one) && /^[a-z0-9-]+$/.test(host.slice(0, -one.length)),
  );
  if (suffix !== undefined) return { base: `https://${host}`, resource: `https://${suffix.slice(1)}` };
  const url = URL.parse(`http://${host}`);
  if (url !== null && url.host === host && isLoopbackHost(url.hostname))
    return { base: `http://${host}`, resource: "https://vault.azure.net" };
  throw badPlace(reference, `${vault} is no key vault`, FORM.expected);
}

async function get(
  reference: Reference,
  context: ResolveContext,
  url: string,
  resource: string,
): Promise<unknown> {
  const headers = { authorization: `Bearer ${await azureToken(reference, context, resource)}` };
  const answer = await asked(reference, { url, headers, signal: context.signal });
  const value = answer.status < 500 ? json(reference, answer.body) : null;
  answer.body.fill(0);
  const code = member(value, "error", "code");
  if (answer.status !== 200) return refused(reference, answer.status, typeof code === "string" ? code : "");
  return value;
}

export const azureKv: Manager = {
  scheme: "azure-kv",
  title: "Azure Key Vault",
  example: "azure-kv://my-vault/openai",
  resolve: async (reference, context) => {
    const [vault = "", name = "", version = ""] = parts(reference, reference.place, FORM);
    const { base, resource } = vaultOf(reference, vault);
    const path = [name, version]
      .filter((one) => one !== "")
      .map(encodeURIComponent)
      .join("/");
    const value = await get(reference, context, `${base}/secrets/${path}?${VERSION}`, resource);
    const id = member(value, "id");
    return resolvedOf(
      Buffer.from(text(reference, value, "value")),
      typeof id === "string" ? (id.split("/").at(-1) ?? null) : null,
    );
  },
  list: async (reference, context) => {
    const [vault = ""] = parts(reference, reference.place.replace(/\/$/, ""), {
      least: 1,
      most: 1,
      expected: "azure-kv://VAULT/",
    });
    const { base, resource } = vaultOf(reference, vault);
    const listed: Listed[] = [];
    let next: unknown = `${base}/secrets?${VERSION}&maxresults=25`;
    while (typeof next === "string") {
      // The next page's address comes from the service; the token goes to the vault alone.
      if (URL.parse(next)?.origin !== new URL(base).origin)
        throw badPlace(reference, "the list goes on at another host", base);
      const page = await get(reference, context, next, resource);
      for (const one of (member(page, "value") as readonly unknown[] | undefined) ?? []) {
        const name = text(reference, one, "id").split("/").at(-1) ?? "";
        listed.push({ name, reference: `azure-kv://${vault}/${name}` });
      }
      next = member(page, "nextLink");
    }
    return listed;
  },
};
