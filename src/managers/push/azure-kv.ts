/** `azure-kv`: Azure Key Vault, a new version of each secret, with the identity that this machine has at Azure. */
import { member } from "../answers.ts";
import { azureToken } from "../azure-token.ts";
import { vaultOf } from "../azure-kv.ts";
import { asked, parsed, required } from "./request.ts";
import type { PushContext, PushSettings, PushTarget, PushedState } from "./types.ts";

const VERSION = "api-version=7.4";
const VAULT = { pattern: /^[A-Za-z0-9.:-]{3,200}$/, expected: "vault: its name, or its whole host" };
const place = (settings: PushSettings): string => required("azure-kv", settings, "vault", VAULT);

async function client(settings: PushSettings, context: PushContext) {
  const at = { target: "Azure Key Vault", place: place(settings) };
  const reference = { scheme: "azure-kv", place: at.place, text: `azure-kv://${at.place}/` };
  const { base, resource } = vaultOf(reference, at.place);
  const authorization = `Bearer ${await azureToken(reference, context, resource)}`;
  const headers = { authorization, "content-type": "application/json" };
  const { signal } = context;
  return {
    put: async (name: string, value: string): Promise<void> => {
      const url = `${base}/secrets/${encodeURIComponent(name)}?${VERSION}`;
      const answer = await asked(
        at,
        { url, method: "PUT", headers, body: JSON.stringify({ value }), signal },
        [200],
      );
      answer.body.fill(0); // it sends the value back
    },
    /** By the list of versions, which holds no value; the newest is the one in use. */
    read: async (name: string): Promise<PushedState | null> => {
      const url = `${base}/secrets/${encodeURIComponent(name)}/versions?${VERSION}&maxresults=25`;
      const answer = await asked(at, { url, headers, signal }, [200, 404]);
      if (answer.status === 404) return null;
      const all = member(parsed(at, answer), "value");
      const versions = (Array.isArray(all) ? (all as readonly unknown[]) : []).map((one) => ({
        id:
          String(member(one, "id") ?? "")
            .split("/")
            .at(-1) ?? "",
        updated: Number(member(one, "attributes", "updated") ?? 0),
        created: Number(member(one, "attributes", "created") ?? 0),
      }));
      const [newest] = versions.sort((a, b) => b.created - a.created || b.updated - a.updated);
      if (newest === undefined) return null;
      const { id, updated } = newest;
      return { name, mark: id, updated: updated > 0 ? new Date(updated * 1_000).toISOString() : null };
    },
  };
}

export const azureKv: PushTarget = {
  id: "azure-kv",
  title: "Azure Key Vault",
  settings: { required: ["vault"], optional: [] },
  token: false,
  names: { pattern: /^[A-Za-z0-9-]{1,127}$/, expected: "letters, digits and -" },
  rename: (variable) => variable.replaceAll("_", "-"),
  place,
  push: async (settings, entries, context) => {
    const { put, read } = await client(settings, context);
    const states: PushedState[] = [];
    for (const { name, value } of entries) {
      await put(name, value.revealText());
      const state = await read(name);
      if (state !== null) states.push(state);
    }
    return states;
  },
  state: async (settings, names, context) => {
    const { read } = await client(settings, context);
    const states: PushedState[] = [];
    for (const name of names) {
      const state = await read(name);
      if (state !== null) states.push(state);
    }
    return states;
  },
};
