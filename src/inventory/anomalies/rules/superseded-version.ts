import { type Access, type Said, rule, said } from "../types.ts";
import { byJob, name, span, whoIs } from "../words.ts";

const ID = "superseded-version";
/** What is held back at most. */
const MOST_HELD = 200;

interface Current {
  v: number;
  /** When it took the place of the one before. */
  t: number;
}

export const supersededVersion = rule({
  id: ID,
  title: "a superseded value was read",
  severity: "high",
  reason:
    "The job that reads it works with a key that is about to be refused; everybody else has no use for it but a bad one.",
  says: "… read version … of …, which version … replaced … ago",
  silent: "Reads within the grace period, and whoever brings the old value back at once (a rollback).",
  settings: {
    grace: {
      kind: "duration",
      default: "1h",
      description: "how long after the new version the old one may be read",
    },
    settle: {
      kind: "duration",
      default: "2m",
      description: "whoever writes the secret within this time was rolling it back",
    },
  },
  start: ({ grace, settle }, memory) => {
    const current = memory.table<Current>(ID, 20_000);
    let held: Held[] = [];
    const due = (now: number): Said[] => {
      const over = held.filter(({ until }) => until <= now);
      if (over.length > 0) held = held.filter(({ until }) => until > now);
      return over.map(({ found }) => found);
    };
    return {
      due,
      see: (access) => {
        const { cell, mount, version, time, status, operation, who } = access;
        if (mount !== "kv" || version === null) return null;
        const secret = access.secret ?? secretOf(access);
        const known = current.get(secret);
        if (operation === "create" || operation === "update" || operation === "patch") {
          if (status === 200) current.set(secret, { v: version, t: time });
          held = held.filter((one) => one.secret !== secret || one.token !== who?.token);
          return null;
        }
        if (operation !== "read") return null;
        if (known === undefined || version > known.v) {
          current.set(secret, { v: version, t: time });
          return null;
        }
        if (version === known.v || time - known.t <= grace || who === null || cell === undefined) return null;
        const found = said(access, {
          subject: `${who.identity} ${secret} ${version}`,
          text: `${whoIs(who)} read version ${version} of ${name(secret)}, which version ${known.v} replaced ${span(time - known.t)} ago${byJob(access)}`,
        });
        if (settle === 0 || held.length >= MOST_HELD) return found;
        if (!held.some((one) => one.found.subject === found.subject))
          held.push({ secret, token: who.token, until: time + settle, found });
        return null;
      },
    };
  },
});

interface Held {
  readonly secret: string;
  readonly token: string;
  readonly until: number;
  readonly found: Said;
}

/** Of a path that was written, or whose version is gone: as `Access.secret` names it. */
const secretOf = ({ path }: Access): string => path.replace(/^([^/]+)\/data\//, "$1/");
