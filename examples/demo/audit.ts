/** Counts from the audit log: which run read which secret, what its isolation was, how many tokens were issued and revoked. */
import type { AuditedRun, AuditFigures } from "./figures.ts";
import { bulkhead, type Scene } from "./scene.ts";

interface Entry {
  readonly type: string;
  readonly operation: string;
  readonly path: string;
  readonly status?: number;
  readonly error?: string;
  readonly auth?: { readonly metadata?: Readonly<Record<string, string>> } | null;
  readonly data?: Readonly<Record<string, unknown>>;
}

type Growing = { -readonly [Name in keyof AuditedRun]: AuditedRun[Name] };

export async function readAudit(scene: Scene): Promise<AuditFigures> {
  const [log, proof] = [
    await bulkhead(scene, ["audit", "tail", "--json", "--number", "1000000"]),
    await bulkhead(scene, ["audit", "verify", "--json"], { expect: [0, 3] }),
  ];
  const entries = log.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as { entry: Entry }).entry);
  const { ok } = JSON.parse(proof.stdout) as { ok: boolean };
  return { entries: entries.length, verified: ok, ...countRuns(entries) };
}

function countRuns(entries: readonly Entry[]): Pick<AuditFigures, "runs" | "issued" | "revoked"> {
  const runs = new Map<string, Growing>();
  let issued = 0;
  let revoked = 0;
  for (const { type, operation, path, status = 0, error = "", auth, data } of entries) {
    const { run = "", stage = "" } = auth?.metadata ?? {};
    const done = type === "response" && status >= 200 && status < 300;
    if (done && path === "auth/approle/login") issued++;
    if (done && path === "auth/token/revoke-self" && run !== "") revoked++;
    if (done && operation === "read" && run !== "" && path.startsWith("secret/data/")) {
      const known = runs.get(run) ?? {
        run,
        stage,
        reads: [],
        refused: 0,
        isolation: "not recorded",
        masks: 0,
      };
      runs.set(run, { ...known, reads: [...known.reads, path.slice(path.lastIndexOf("/") + 1)] });
    }
    const mine = runs.get(run);
    if (mine !== undefined && type === "response" && error.includes("permission denied")) mine.refused++;
    const ended = type === "request" ? /^bulkhead\/runs\/([^/]+)\/end$/.exec(path)?.[1] : undefined;
    const known = runs.get(ended ?? "");
    if (known !== undefined) {
      known.isolation = String(data?.isolation);
      known.masks = Number(data?.masks);
    }
  }
  return { runs: [...runs.values()], issued, revoked };
}
