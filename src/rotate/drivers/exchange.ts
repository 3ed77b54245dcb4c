/**
 * What the script and webhook drivers exchange: one JSON object there, one back. Values travel on standard input or in the body, never
 * in arguments, addresses or variables. `create` gives `{ parts: { value: … }, id }`, `revoke` and `verify` give `{ ok: true }` and
 * `{ verdict: "live" | "dead" }`, `list` gives `{ ids: [ … ] }`, those made under `name`; any may say `{ unsupported: true }`.
 */
import { BulkheadError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import { type Verification, verifyCredential } from "../../verify/index.ts";
import { at, textAt } from "./answers.ts";
import type { Created, Driver, DriverContext } from "./types.ts";

/** One question; throws `rotation.unavailable`, `rotation.refused`, `rotation.bad-answer`. */
export type Exchange = (context: DriverContext, question: string, what: string) => Promise<unknown>;

const MOST_PARTS = 32;
const textsOf = (parts: ReadonlyMap<string, Secret> | null): Record<string, string> =>
  Object.fromEntries([...(parts ?? [])].map(([name, value]) => [name, value.revealText()]));

const question = (action: string, { secret, name, old, minter }: DriverContext, more: object = {}): string =>
  JSON.stringify({
    action,
    secret,
    name,
    old: textsOf(old),
    ...(minter !== null && { minter: textsOf(minter) }),
    ...more,
  });

const unsupported = (answer: unknown): boolean => at(answer, "unsupported") === true;

export function exchanging(id: string, ask: Exchange): Driver {
  return {
    id,
    revokesByParts: true,
    create: async (context): Promise<Created> => {
      const what = "make a key";
      const answer = await ask(context, question("create", context), what);
      const given = at(answer, "parts");
      const parts = new Map<string, Secret>();
      if (typeof given === "object" && given !== null)
        for (const [name, value] of Object.entries(given).slice(0, MOST_PARTS))
          if (typeof value === "string" && value !== "" && /^[\w.-]{1,63}$/.test(name))
            parts.set(name, Secret.copy(value));
      if (parts.size === 0)
        throw new BulkheadError("rotation.bad-answer", {
          provider: `the ${id}`,
          what,
          problem: "its answer holds no key",
        });
      return { parts, handle: textAt(answer, "id") ?? "" };
    },
    standing: async (context) => {
      const answer = await ask(context, question("list", context), "list its keys");
      const ids = at(answer, "ids");
      return unsupported(answer) || !Array.isArray(ids)
        ? null
        : ids.filter((one): one is string => typeof one === "string");
    },
    handleOf: () => Promise.resolve(null),
    revoke: async (context, handle) => {
      const answer = await ask(context, question("revoke", context, { id: handle }), "revoke a key");
      if (at(answer, "ok") !== true)
        throw new BulkheadError("rotation.unavailable", {
          provider: `the ${id}`,
          what: "revoke a key",
          reason: "it does not say ok",
        });
    },
    verify: async (context, parts): Promise<Verification> => {
      const { provider, send, url, signal } = context;
      if (provider.verify !== undefined)
        return await verifyCredential(provider, parts, { send, base: url, signal });
      const answer = await ask(
        context,
        JSON.stringify({ action: "verify", name: context.name, parts: textsOf(parts) }),
        "say whether a key works",
      );
      const verdict = textAt(answer, "verdict");
      const known = verdict === "live" || verdict === "dead" || verdict === "limited" ? verdict : "unknown";
      return { verdict: known, reason: `the ${id} says ${known}` };
    },
  };
}
