import { rule, said } from "../types.ts";
import { name, span } from "../words.ts";
import { networkOf } from "./new-network.ts";

const ID = "failed-logins";

export const failedLogins = rule({
  id: ID,
  title: "many logins failed in a row",
  severity: "medium",
  reason: "Guessing, or a credential that was taken back and is still tried.",
  says: "… logins at … from … failed within …",
  silent: "A few slips before a login that succeeds.",
  settings: {
    failures: {
      kind: "count",
      default: "10",
      description: "failed logins in a row from one network at one method",
    },
    within: { kind: "duration", default: "10m", description: "counted over this time" },
  },
  start: ({ failures, within }, memory) => {
    const counts = memory.table<{ f: number; n: number }>(ID, 2_000);
    return {
      see: (access) => {
        const { path, status, remote, granted, time } = access;
        const method = /^auth\/(.+?)\/login(?:\/|$)/.exec(path)?.[1];
        if (method === undefined) return null;
        const key = `${method} ${networkOf(remote)}`;
        if (granted !== null) {
          counts.delete(key);
          return null;
        }
        if (status < 400 || status >= 500) return null;
        const before = counts.get(key);
        const count =
          before === undefined || Math.abs(time - before.f) > within
            ? { f: time, n: 1 }
            : { f: before.f, n: before.n + 1 };
        counts.set(key, count);
        if (count.n !== failures) return null;
        return said(access, {
          subject: key,
          text: `${failures} logins at ${name(method)} from ${name(networkOf(remote))} failed within ${span(Math.max(1_000, time - count.f))}, none between them succeeded`,
        });
      },
    };
  },
});
