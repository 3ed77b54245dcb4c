import { type Access, rule, said } from "../types.ts";
import { byJob, few, name, span, whoIs } from "../words.ts";

const ID = "refusals";

interface Tried {
  f: number;
  p: string[];
}

export const refusals = rule({
  id: ID,
  title: "somebody tried what else there is",
  severity: "high",
  reason: "A job knows its paths; who holds a stolen token tries them.",
  says: "… was refused … different paths within …: …",
  silent: "The same path over and over, as a job does whose grant is missing.",
  settings: {
    paths: { kind: "count", default: "8", description: "different paths refused" },
    within: { kind: "duration", default: "10m", description: "counted over this time" },
  },
  start: ({ paths, within }, memory) => {
    const tried = memory.table<Tried>(ID, 2_000);
    return {
      see: (access) => {
        const { time, status, path } = access;
        if (status !== 403) return null;
        const key = sourceOf(access);
        let window = tried.get(key);
        if (window === undefined || Math.abs(time - window.f) > within) window = { f: time, p: [] };
        if (window.p.length >= paths || window.p.includes(path)) return null;
        window.p.push(path.slice(0, 300));
        tried.set(key, window);
        if (window.p.length < paths) return null;
        return said(access, {
          subject: key,
          text: `${nameOf(access)} was refused ${paths} different paths within ${span(Math.max(1_000, time - window.f))}: ${few(window.p)}${byJob(access)}`,
        });
      },
    };
  },
});

const sourceOf = ({ who, remote }: Access): string => (who === null ? `from ${remote}` : who.identity);
const nameOf = ({ who, remote }: Access): string =>
  who === null ? `somebody without a valid token, from ${name(remote)},` : whoIs(who);
