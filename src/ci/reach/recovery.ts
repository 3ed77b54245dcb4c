/** What has to be done afterwards, in order: stop what still runs, end what is open, replace what was seen, throw away what was touched, look at what was made. */
import { shown } from "../spans.ts";
import type { ClaimKind, Edge, Meaning, RecoveryStep, Remedy } from "./types.ts";

interface Known {
  readonly proofs: ReadonlyMap<string, Edge>;
  readonly meanings: ReadonlyMap<string, Meaning>;
}

const ORDER: readonly Remedy[] = ["disable", "revoke", "rotate", "delete", "review"];
/** What did the most harm first. */
const HARM: readonly ClaimKind[] = [
  "deploy",
  "publish",
  "sign",
  "rotate",
  "change",
  "write",
  "start",
  "exfiltrate",
  "read",
];
const REVIEWED: ReadonlySet<ClaimKind> = new Set([
  "deploy",
  "publish",
  "sign",
  "rotate",
  "change",
  "write",
  "start",
]);
const DONE: Readonly<Partial<Record<ClaimKind, string>>> = {
  deploy: "what was deployed",
  publish: "what was published",
  sign: "what was signed",
  rotate: "who replaced",
  change: "who changed",
  write: "who wrote to",
  start: "who started",
};

export function recoveryOf({ proofs, meanings }: Known): RecoveryStep[] {
  const steps = new Map<string, RecoveryStep & { readonly rank: number }>();
  const add = (
    remedy: Remedy,
    text: string,
    { span, rank = 0 }: { readonly span: RecoveryStep["span"]; readonly rank?: number },
  ): void => {
    const key = `${remedy} ${text}`;
    if (!steps.has(key)) steps.set(key, { remedy, text, span, rank });
  };
  for (const [fact, { span }] of proofs) {
    const meaning = meanings.get(fact);
    if (meaning === undefined) continue;
    if (meaning.is === "control") {
      add(
        "disable",
        `disable ${meaning.job.workflow.file.path} and cancel its runs: their tokens end with them`,
        { span: meaning.job.workflow.triggers[0]?.span ?? span },
      );
      if (meaning.job.runner?.hosting === "self-hosted")
        add("delete", `build the runner of ${meaning.job.id} anew: it outlives the job`, {
          span: meaning.job.runner.span,
        });
    } else if (meaning.is === "session" && isOpen(fact, { proofs, meanings }))
      add(
        "revoke",
        `end the sessions of ${meaning.target} (${meaning.system}) and take this repository out of its trust until this is over`,
        { span },
      );
    else if (meaning.is === "secret")
      add("rotate", rotation(meaning), { span, rank: meaning.system === null ? 1 : 0 });
    else if (meaning.is === "artifact") add("delete", `delete the artifact ${meaning.name}`, { span });
    else if (meaning.is === "cache") add("delete", `delete the cache: ${meaning.name}`, { span });
    else if (meaning.is === "exposure" && meaning.where === "log")
      add("delete", `delete the log at ${shown(span)}`, { span, rank: 1 });
    else if (meaning.is === "claim" && REVIEWED.has(meaning.kind))
      add("review", `look at ${DONE[meaning.kind]} ${meaning.what}`, {
        span,
        rank: HARM.indexOf(meaning.kind),
      });
  }
  return [...steps.values()]
    .sort((a, b) => ORDER.indexOf(a.remedy) - ORDER.indexOf(b.remedy) || a.rank - b.rank)
    .map(({ rank: _, ...step }) => step);
}

const rotation = ({ name, system, job }: Extract<Meaning, { is: "secret" }>): string => {
  const { environment } = job;
  const stands = environment?.constant ?? null;
  const where = stands === null ? "" : ` in the environment ${stands}`;
  return `revoke ${name}${system === null ? "" : ` at ${system}`} and store a new one${where}`;
};

/** `able` facts hold without an attacker: a session is his where his code runs beside it. */
function isOpen(fact: string, { proofs, meanings }: Known): boolean {
  const job = fact.replace(/^able /, "").replace(/ \d+$/, "");
  return proofs.has(`control ${job}`) && meanings.has(fact);
}
