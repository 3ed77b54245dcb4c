import { rule, said } from "../types.ts";
import { byJob, name, span, whoIs } from "../words.ts";

const ID = "rapid-reads";

export const rapidReads = rule({
  id: ID,
  title: "one token read one secret over and over",
  severity: "medium",
  reason:
    "A job reads a secret once or caches it; a loop is a fault, or somebody who waits for the next value.",
  says: "… read … … times within …",
  silent: "Many jobs that read it once each, at the same moment too.",
  settings: {
    reads: { kind: "count", default: "60", description: "reads of one secret with one token" },
    within: { kind: "duration", default: "1m", description: "counted over this time" },
  },
  start: ({ reads, within }, memory) => {
    const counts = memory.table<{ f: number; n: number }>(ID, 5_000);
    return {
      see: (access) => {
        const { who, secret, time } = access;
        if (secret === null || who === null) return null;
        const key = `${who.token} ${secret}`;
        const before = counts.get(key);
        const count =
          before === undefined || Math.abs(time - before.f) > within
            ? { f: time, n: 1 }
            : { f: before.f, n: before.n + 1 };
        counts.set(key, count);
        if (count.n !== reads) return null;
        return said(access, {
          subject: `${who.identity} ${secret}`,
          text: `${whoIs(who)} read ${name(secret)} ${reads} times within ${span(Math.max(1_000, time - count.f))} with one token${byJob(access)}`,
        });
      },
    };
  },
});
