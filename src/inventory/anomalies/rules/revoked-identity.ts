import { type Access, rule, said } from "../types.ts";
import { name, span } from "../words.ts";

const ID = "revoked-identity";

export const revokedIdentity = rule({
  id: ID,
  title: "somebody tried to log in with an identity that was taken away",
  severity: "high",
  reason: "Whoever still holds it was told so, or stole it.",
  says: "a login as … at … was refused, … after … was removed",
  silent: "An identity that was made anew, and the first minutes after it went.",
  settings: {
    grace: {
      kind: "duration",
      default: "10m",
      description: "how long after the removal a login is no anomaly",
    },
  },
  start: ({ grace }, memory) => {
    /** Method and name of what was removed → when. */
    const removed = memory.table<number>(ID, 2_000);
    /** What a login sends (a role id's hash) → the role's name. */
    const names = memory.table<string>(`${ID} names`, 5_000);
    return {
      see: (access) => {
        const { path, operation, status, time, granted } = access;
        const identity = managed(path);
        if (identity !== null) {
          if (status >= 300) return null;
          if (operation === "delete") removed.set(identity, time);
          else if (operation === "create" || operation === "update") removed.delete(identity);
          return null;
        }
        const login = loginOf(access);
        if (login === null) return null;
        const { method, sent } = login;
        if (granted !== null) {
          const role = granted.metadata.role_name ?? granted.metadata.role;
          if (role !== undefined) names.set(`${method} ${sent}`, role);
          return null;
        }
        if (status < 400 || status >= 500) return null;
        const who = names.get(`${method} ${sent}`) ?? sent;
        const gone = removed.get(`${method} ${who}`);
        if (gone === undefined || time - gone <= grace) return null;
        return said(access, {
          subject: `${method} ${who}`,
          text: `a login as ${name(who)} at ${name(method)} from ${name(access.remote)} was refused, ${span(time - gone)} after ${name(who)} was removed`,
        });
      },
    };
  },
});

/** `approle fraud.train.prod` of a path on which a role or a user is made and removed. */
function managed(path: string): string | null {
  const [, method, who] = /^auth\/(.+?)\/(?:role|users|certs)\/([^/]+)$/.exec(path) ?? [];
  return method === undefined || who === undefined ? null : `${method} ${who}`;
}

function loginOf({ path, asked }: Access): { readonly method: string; readonly sent: string } | null {
  const [, method, user] = /^auth\/(.+?)\/login(?:\/([^/]+))?$/.exec(path) ?? [];
  if (method === undefined) return null;
  const sent = user ?? [asked.role, asked.role_id, asked.name].find((one) => typeof one === "string");
  return typeof sent === "string" ? { method, sent } : null;
}
