/** GitLab CI: `.gitlab-ci.yml` with everything it includes, and the child pipelines that its jobs start. */
import { posix } from "node:path";
import type { SourceFile, Workflow, WorkflowCall } from "../../model.ts";
import { cutCycles } from "../cycles.ts";
import type { Adapter } from "../types.ts";
import { load } from "./includes.ts";
import { readPipeline } from "./pipeline.ts";

const PIPELINE = /(?:^|\/)\.gitlab-ci\.ya?ml$/;
/** Child pipelines of one repository. */
const MAX_PIPELINES = 500;

type Draft<T> = { -readonly [K in keyof T]: T[K] };

export const gitlabCi: Adapter = {
  id: "gitlab-ci",
  title: "GitLab CI",
  system: "gitlab-ci",
  owns: (path) => path.endsWith("ml") && PIPELINE.test(path),
  read(files, context) {
    const { repository, report } = context;
    const workflows = new Map<string, Workflow>();
    /** Files that are part of a pipeline: no pipelines of their own. */
    const parts = new Set<string>();
    const waiting: { readonly file: SourceFile; readonly child: boolean }[] = [];
    const read = (file: SourceFile, child: boolean): void => {
      if (workflows.has(file.path)) return;
      const loaded = load(file, context);
      if (loaded === null) return;
      for (const { path } of loaded.files) if (path !== file.path) parts.add(path);
      const workflow = readPipeline({ loaded, child, repository, report });
      workflows.set(file.path, workflow);
      for (const { call } of workflow.jobs) {
        const target = call === null ? null : opened(call);
        if (target !== null) waiting.push({ file: target, child: true });
      }
    };
    const opened = (call: WorkflowCall): SourceFile | null => {
      if (call.ref.kind !== "local" || /[*$]/.test(call.ref.path)) return null;
      const file = context.open(posix.normalize(call.ref.path));
      if (file === null)
        report({ id: "unresolved", message: `there is no ${call.ref.path} here`, span: call.ref.span });
      return file;
    };
    const drain = (): void => {
      for (
        let next = waiting.pop();
        next !== undefined && workflows.size < MAX_PIPELINES;
        next = waiting.pop()
      )
        read(next.file, next.child);
    };
    // The project's own first: what it includes and starts is judged as part of it. Others stand in folders of projects within.
    for (const file of [...files].sort((a, b) => depth(a) - depth(b))) {
      if (parts.has(file.path)) continue;
      read(file, false);
      drain();
    }
    for (const { jobs } of workflows.values())
      for (const { call } of jobs)
        if (call?.ref.kind === "local") {
          const target = workflows.get(posix.normalize(call.ref.path));
          if (target === undefined) continue;
          (call as Draft<WorkflowCall>).workflow = target;
          (target as Draft<Workflow>).calledBy = [...target.calledBy, call.job];
        }
    const found = [...workflows.values()];
    cutCycles(found, [], report);
    return { workflows: found };
  },
};

const depth = ({ path }: SourceFile): number => path.split("/").length;
