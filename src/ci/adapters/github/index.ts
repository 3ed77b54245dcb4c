/** GitHub Actions: workflows, composite and other actions, reusable workflows, `dependabot.yml`; Forgejo and Gitea keep theirs in folders of their own. */
import type { ActionFile, ActionRef, LockEntry, UpdateFile, Workflow } from "../../model.ts";
import { sourceFile } from "../../spans.ts";
import { cutCycles } from "../cycles.ts";
import type { Adapter } from "../types.ts";
import { readAction } from "./actions.ts";
import { readUpdates } from "./dependabot.ts";
import { linkStep, linkWorkflow } from "./link.ts";
import { readWorkflow } from "./workflows.ts";

const WORKFLOW = /^\.(?:github|forgejo|gitea)\/workflows\/[^/]+\.ya?ml$/;
const ACTION = /(?:^|\/)action\.ya?ml$/;
const UPDATES = /^\.github\/dependabot\.ya?ml$/;

export const githubActions: Adapter = {
  id: "github-actions",
  title: "GitHub Actions",
  system: "github-actions",
  owns: (path) => path.endsWith("ml") && (WORKFLOW.test(path) || ACTION.test(path) || UPDATES.test(path)),
  read(files, { repository, lock, report }) {
    const workflows = new Map<string, Workflow>();
    const actions = new Map<string, ActionFile>();
    const updates: UpdateFile[] = [];
    for (const file of files) {
      if (WORKFLOW.test(file.path)) {
        const workflow = readWorkflow({ file, repository, remote: false, report });
        if (workflow !== null) workflows.set(file.path, workflow);
      } else if (UPDATES.test(file.path)) {
        const update = readUpdates(file, report);
        if (update !== null) updates.push(update);
      } else {
        const id = file.path.replace(ACTION, "");
        const action = readAction({ file, id, remote: false, repository, report });
        if (action !== null) actions.set(id, action);
      }
    }

    const locked = new Map<string, LockEntry>(lock.entries.map((entry) => [entry.uses.toLowerCase(), entry]));
    const entryOf = (ref: ActionRef, kind: LockEntry["kind"]): LockEntry | null => {
      const entry = ref.kind === "repository" ? locked.get(ref.text.value.trim().toLowerCase()) : undefined;
      return entry?.kind === kind && entry.content !== null ? entry : null;
    };
    const remotePath = (entry: LockEntry): string => `${entry.uses.replace(/@.*$/, "")}@${entry.sha}`;
    const known = {
      action(ref: ActionRef): ActionFile | null {
        if (ref.kind === "local" || ref.kind === "self") return actions.get(ref.path) ?? null;
        const entry = entryOf(ref, "action");
        if (entry === null) return null;
        const id = remotePath(entry);
        let action = actions.get(id);
        if (action === undefined) {
          action =
            readAction({ file: sourceFile(id, entry.content ?? ""), id, remote: true, repository, report }) ??
            undefined;
          if (action === undefined) return null;
          actions.set(id, action);
          for (const step of action.steps) linkStep(step, known, report);
        }
        return action;
      },
      workflow(ref: ActionRef): Workflow | null {
        if (ref.kind === "local" || ref.kind === "self") return workflows.get(ref.path) ?? null;
        const entry = entryOf(ref, "workflow");
        if (entry === null) return null;
        const path = remotePath(entry);
        let workflow = workflows.get(path);
        if (workflow === undefined) {
          const file = sourceFile(path, entry.content ?? "");
          workflow = readWorkflow({ file, repository, remote: true, report }) ?? undefined;
          if (workflow === undefined) return null;
          workflows.set(path, workflow);
          linkWorkflow(workflow, known, report);
        }
        return workflow;
      },
    };
    // Linking may bring in more from the lock: those link themselves.
    for (const action of [...actions.values()])
      for (const step of action.steps) linkStep(step, known, report);
    for (const workflow of [...workflows.values()]) linkWorkflow(workflow, known, report);
    cutCycles([...workflows.values()], [...actions.values()], report);
    return { workflows: [...workflows.values()], actions: [...actions.values()], updates };
  },
};
