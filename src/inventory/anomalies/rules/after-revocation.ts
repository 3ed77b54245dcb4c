import { type Access, rule, said } from "../types.ts";
import { jobWords, name, span } from "../words.ts";
import { networkOf } from "./new-network.ts";

const ID = "after-revocation";

interface Token {
  /** Whose, and the accessor's hash. */
  w: string;
  a: string;
  /** What the token says of its job. */
  m: Record<string, string>;
  /** Networks it came from, the last eight. */
  n: string[];
  /** When it was ended; absent: nobody ended it. */
  e?: number;
}

const NAMED = [
  "project",
  "stage",
  "environment",
  "run",
  "job",
  "commit",
  "ref",
  "actor",
  "workflow",
  "repository",
];

export const afterRevocation = rule({
  id: ID,
  title: "a token was used after its end",
  severity: "critical",
  reason: "The job that was given it is over: somebody else has it.",
  says: "a token of … was used … after it was revoked, from …",
  silent:
    "The stragglers of a job within the grace period, and a token that ran out where it was always used.",
  settings: {
    grace: {
      kind: "duration",
      default: "1m",
      description: "how long after the end a straggler may still call",
    },
  },
  start: ({ grace }, memory) => {
    const tokens = memory.table<Token>(ID, 2_000);
    /** Accessor's hash → token's hash. */
    const byAccessor = memory.table<string>(`${ID} accessors`, 2_000);
    const told = memory.table<number>(`${ID} told`, 1_000);
    const end = (hash: string | undefined, time: number): void => {
      const token = hash === undefined ? undefined : tokens.get(hash);
      if (hash !== undefined && token !== undefined && token.e === undefined)
        tokens.set(hash, { ...token, e: time });
    };
    return {
      see: (access) => {
        const { granted, who, time, remote, unknownToken } = access;
        if (granted !== null) {
          const { project, stage, environment } = granted.metadata;
          tokens.set(granted.token, {
            w:
              stage === undefined
                ? (granted.metadata.role_name ?? granted.metadata.username ?? access.path)
                : `${project}/${stage} in ${environment}`,
            a: granted.accessor,
            m: Object.fromEntries(
              NAMED.flatMap((key) =>
                granted.metadata[key] === undefined ? [] : [[key, granted.metadata[key].slice(0, 120)]],
              ),
            ),
            n: [networkOf(remote)],
          });
          byAccessor.set(granted.accessor, granted.token);
        }
        if (who !== null) {
          const hash = byAccessor.get(who.token);
          const token = hash === undefined ? undefined : tokens.get(hash);
          const network = networkOf(remote);
          if (hash !== undefined && token !== undefined && !token.n.includes(network))
            tokens.set(hash, { ...token, n: [...token.n.slice(-7), network] });
        }
        for (const hash of ended(access, { tokens, byAccessor })) end(hash, time);
        if (unknownToken === null || who !== null) return null;
        const token = tokens.get(unknownToken);
        if (token === undefined || told.get(unknownToken) !== undefined) return null;
        const revoked = token.e !== undefined;
        if (revoked ? time - (token.e ?? 0) <= grace : token.n.includes(networkOf(remote))) return null;
        told.set(unknownToken, time);
        const how = revoked
          ? `${span(time - (token.e ?? 0))} after it was revoked, from ${name(remote)}`
          : `after it ran out, from ${name(remote)}, where it never had been used`;
        return said(access, {
          subject: unknownToken,
          text: `a token of ${name(token.w)} was used ${how}${jobWords(token.m)}`,
        });
      },
    };
  },
});

interface Known {
  readonly tokens: { get(key: string): Token | undefined; entries(): Iterable<[string, Token]> };
  readonly byAccessor: { get(key: string): string | undefined };
}

/** The tokens that a request ended. */
function ended({ path, operation, status, who, asked }: Access, { tokens, byAccessor }: Known): string[] {
  if (status >= 300 || (operation !== "update" && operation !== "create")) return [];
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  if (path === "auth/token/revoke-self") return [byAccessor.get(who?.token ?? "") ?? ""];
  if (path === "auth/token/revoke" || path === "auth/token/revoke-orphan") return [text(asked.token)];
  if (path === "auth/token/revoke-accessor") return [byAccessor.get(text(asked.accessor)) ?? ""];
  const [, run] = /^bulkhead\/runs\/([^/]+)\/(?:end|revoke)$/.exec(path) ?? [];
  if (run === "self") return [byAccessor.get(who?.token ?? "") ?? ""];
  const where =
    run !== undefined
      ? { run }
      : path === "bulkhead/runs/revoke"
        ? Object.fromEntries(
            ["project", "stage", "environment"].flatMap((key) =>
              text(asked[key]) === "" ? [] : [[key, text(asked[key])]],
            ),
          )
        : null;
  if (where === null) return [];
  return [...tokens.entries()]
    .filter(([, token]) => Object.entries(where).every(([key, value]) => token.m[key] === value))
    .map(([hash]) => hash);
}
