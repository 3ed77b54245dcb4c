/** How a condition's value is read: what it settles, and what it leaves open although it is there. */
import type { BroadKind, ClaimRow, Dimension, Pattern, Reading } from "./types.ts";

const NOTHING: Reading = { pins: [] };
const opens = (kind: BroadKind, why: string): Reading => ({ pins: [], opens: [{ kind, why }] });

/** Settled by a value without wildcard. */
export const whole = (description: string, ...dimensions: readonly Dimension[]): ClaimRow => ({
  description,
  read: ({ open, text }) => (open || text === "" ? NOTHING : { pins: dimensions }),
});

/** A name such as `owner/repository`: a wildcard in the owner lets forks in, one behind it the whole organization. */
export function repositoryName(pattern: Pattern): Reading {
  if (!pattern.open) return /^[^/]+\/./.test(pattern.text) ? { pins: ["repository"] } : NOTHING;
  const slash = pattern.fixed.indexOf("/");
  if (slash > 0)
    return opens("organization", `\`${pattern.text}\` takes every repository that matches, new ones too`);
  return /\/[^*?/]+$/.test(pattern.text)
    ? opens("fork", `\`${pattern.text}\` takes that repository's forks in every account`)
    : opens("repository", `\`${pattern.text}\` takes repositories of other owners`);
}

const REF = /^refs\/(?:heads|tags|remotes)\/[^*?]/;
const PULL = /^refs\/(?:pull|merge-requests|changes|pull-requests)(?:\/|$)/;

/** A full ref: a wildcard is fine only behind the first letters of a branch's or tag's name. */
export function fullRef({ text, fixed, open }: Pattern): Reading {
  if (PULL.test(fixed)) return opens("pull-request", `\`${text}\` is a pull request's ref`);
  if (open) return REF.test(fixed) ? { pins: ["ref"] } : NOTHING;
  return text === "" ? NOTHING : { pins: ["ref"] };
}

/** A branch's or tag's bare name. */
export function bareRef({ text, fixed, open }: Pattern): Reading {
  if (/^(?:pull-requests|pull)\//.test(fixed))
    return opens("pull-request", `\`${text}\` is a pull request's branch`);
  return fixed === "" || (open && fixed.length < 2) ? NOTHING : { pins: ["ref"] };
}

/** Events: those that bring code of people who may not push. */
export const eventName =
  (requests: readonly string[]) =>
  ({ text, fixed, open }: Pattern): Reading => {
    const reaches = requests.find((event) => (open ? event.startsWith(fixed) : event === text));
    return reaches === undefined
      ? { pins: ["event"] }
      : opens("pull-request", `\`${text}\` takes the event ${reaches}`);
  };

export function environmentName({ text, open, fixed }: Pattern): Reading {
  if (open)
    return opens(
      "environment",
      `\`${text}\` takes every environment that matches, and anyone who may push makes one`,
    );
  return fixed === "" ? NOTHING : { pins: ["environment"] };
}

export const flag = (wanted: string, description: string, ...dimensions: readonly Dimension[]): ClaimRow => ({
  description,
  read: ({ text }) => (text === wanted ? { pins: dimensions } : NOTHING),
});

export const reading = (description: string, read: (pattern: Pattern) => Reading): ClaimRow => ({
  description,
  read,
});

/** The owner alone: all that it has or will make. */
export const ownerOnly = (description: string): ClaimRow => ({
  description,
  read: ({ text }) => opens("organization", `\`${text}\` alone takes all that it owns, now and later`),
});
