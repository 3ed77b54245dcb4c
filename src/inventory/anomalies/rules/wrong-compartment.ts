import { rule, said } from "../types.ts";
import { byJob, name } from "../words.ts";

const ID = "wrong-compartment";

export const wrongCompartment = rule({
  id: ID,
  title: "a stage asked for a secret of another environment or project",
  severity: "high",
  reason: "No job has a reason to: what it may read is declared, and stands in its own environment.",
  says: "… asked for …, which belongs to …: refused",
  silent: "Paths that no project laid out, and a stage's own environment.",
  settings: {
    tries: { kind: "count", default: "1", description: "how often within an hour before it speaks" },
  },
  start: ({ tries }, memory) => {
    const seen = memory.table<{ f: number; n: number }>(ID, 2_000);
    return {
      see: (access) => {
        const { who, cell, mount, time } = access;
        const { project, environment, stage } = who?.metadata ?? {};
        if (mount !== "kv" || cell === null || who === null || stage === undefined) return null;
        if (cell.project === project && cell.environment === environment) return null;
        const subject = `${who.identity} ${cell.project}/${cell.environment}/${cell.name}`;
        const before = seen.get(subject);
        const count =
          before === undefined || Math.abs(time - before.f) > 3_600_000
            ? { f: time, n: 1 }
            : { f: before.f, n: before.n + 1 };
        seen.set(subject, count);
        if (count.n !== tries) return null;
        const whose =
          cell.project === project
            ? `the environment ${name(cell.environment)}`
            : `the project ${name(cell.project)}`;
        return said(access, {
          subject,
          text: `${name(who.identity)} asked for ${name(access.path)}, which belongs to ${whose}: ${outcome(access.status)}${byJob(access)}`,
        });
      },
    };
  },
});

const outcome = (status: number): string =>
  status === 403 ? "refused" : status === 404 ? "there is none" : status < 400 ? "and got it" : "failed";
