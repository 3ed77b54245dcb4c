/** What is wrong with a credential, each as one row: when it holds, and why in words. */
import type { InventoryOptions } from "./credentials.ts";
import { excess } from "./rights.ts";
import type { Credential, Flag, FlagId, InventoryFacts } from "./types.ts";

interface Around {
  readonly facts: InventoryFacts;
  readonly options: Pick<InventoryOptions, "idle">;
}

type Rule = (credential: Credential, around: Around) => string | null;

const DAY = 86_400_000;
export const days = (ms: number): string => {
  const count = Math.max(0, Math.floor(ms / DAY));
  return `${count} day${count === 1 ? "" : "s"}`;
};
export const date = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const has = ({ created, storage }: Credential): boolean => storage !== "stored" || created !== null;

const RULES: Readonly<Record<FlagId, Rule>> = {
  retired: ({ retired }) =>
    retired === null
      ? null
      : retired.until === null
        ? `retired and destroyed (${retired.reason || "no reason given"})`
        : `retired on ${date(retired.since)}, destroyed on ${date(retired.until)}`,
  undeclared: ({ project, path }) =>
    project === null ? `no applied project declares ${path.replace("/data/", "/")}` : null,
  unused: (one, { facts, options }) => {
    if (!has(one)) return null;
    const minting = facts.projects.some(
      ({ name, secrets }) => name === one.project && secrets.some((secret) => secret.with.includes(one.name)),
    );
    if (one.project !== null && one.stages.length === 0 && !minting) return "no stage uses it";
    // A value that came lately had no time to be used.
    const since = Math.max(one.lastUse.state === "none" ? one.lastUse.since : 0, one.created ?? 0);
    if (one.lastUse.state === "none" && facts.now - since >= options.idle)
      return `not used once in ${days(facts.now - since)}`;
    if (one.lastUse.state === "used" && facts.now - one.lastUse.time >= options.idle) {
      const covered = facts.usage?.covers;
      const seen = covered !== undefined && covered !== null && covered.from <= one.lastUse.time;
      return seen && one.storage !== "elsewhere"
        ? `not used for ${days(facts.now - one.lastUse.time)}`
        : null;
    }
    return null;
  },
  ownerless: ({ owner }) => (owner === null ? "nobody answers for it" : null),
  overdue: ({ due, every, created, retired }, { facts: { now } }) =>
    due === null || every === null || created === null || retired !== null || due > now
      ? null
      : `${days(now - created)} old, to be replaced every ${days(every)}`,
  shared: ({ stages, project, name }, { facts }) => {
    if (stages.length < 2) return null;
    const reason = facts.projects
      .find((one) => one.name === project)
      ?.secrets.find((secret) => secret.name === name)?.shared;
    return `used by ${stages.join(", ")}${reason ? ` (${reason})` : ""}`;
  },
  "over-powered": ({ allow, rights, version }) => {
    if (rights === null || rights.rights === null || rights.version !== version) return null;
    const more = excess(rights.rights, allow);
    return more.length === 0 ? null : `it may ${more.join(", ")}, and ${allow.join(", ")} is declared`;
  },
  personal: ({ rights, version, environment, project }, { facts }) => {
    if (rights?.person !== true || rights.version !== version) return null;
    const people = facts.projects
      .find(({ name }) => name === project)
      ?.environments.find(({ name }) => name === environment)?.people;
    return people === true ? null : "a person's key, where no person runs";
  },
  leaked: ({ elsewhere }) => {
    const places = elsewhere.filter(({ what }) => what === "finding").map(({ place }) => place);
    return places.length === 0
      ? null
      : `found in ${places.slice(0, 3).join(", ")}${places.length > 3 ? ` and ${places.length - 3} more` : ""}`;
  },
};

export const FLAGS = Object.keys(RULES) as readonly FlagId[];

export function flagsOf(credential: Credential, around: Around): Flag[] {
  return FLAGS.flatMap((id) => {
    const why = RULES[id](credential, around);
    return why === null ? [] : [{ id, why }];
  });
}
