/**
 * Who chooses the text that an expression gives, followed through everything that hands it on inside the repository: `env`, inputs of actions
 * and reusable workflows, matrices, outputs of steps and jobs.
 */
import { controlOf, expression } from "../../expression/index.ts";
import { mentions } from "../../effects/of-script.ts";
import type { ActionFile, Job, Setting, Span, Step, Text, Trigger, Value } from "../../model.ts";
import type { Related } from "../types.ts";
import { hasLines, under } from "./events.ts";
import { choosesOutput } from "./outputs.ts";
import { type Users, jobsOf, triggersOf, usersOf } from "./users.ts";

export interface Taint {
  /** `outsider`: anybody. `writer`: who may push or start a run by hand, or a caller that cannot be seen from here. */
  readonly by: "outsider" | "writer";
  /** What a run that they start holds. `full`: secrets and a write token. */
  readonly power: Trigger["outsiders"];
  /** The field it begins in: `github.event.issue.title`. */
  readonly source: string;
  readonly lines: boolean;
  /** Where it is handed on, from its source to here. */
  readonly trail: readonly Related[];
}

export interface Site {
  readonly owner: Job | ActionFile;
  readonly step: Step | null;
}

const DEEPEST = 12;
const RANK = { none: 0, "read-only": 1, full: 2 } as const;

const usersAround = (owner: Job | ActionFile): Users =>
  usersOf(owner.kind === "job" ? owner.workflow.repository : owner.repository);

export class Taints {
  readonly #users: Users;
  readonly #open = new Set<string>();

  constructor({ owner }: Pick<Site, "owner">) {
    this.#users = usersAround(owner);
  }

  /** The worst of what becomes part of the text; null when nobody outside chooses any of it. */
  ofText(text: Text, site: Site): Taint | null {
    let worst: Taint | null = null;
    for (const { expression: one } of text.expressions)
      for (const { path, carries } of one.reads.contexts)
        if (carries) worst = worse(worst, this.ofPath(path, site));
    return worst;
  }

  ofPath(path: string, site: Site): Taint | null {
    const key = `${path}\0${site.owner.span.file.path}\0${site.owner.span.start}\0${site.step?.index ?? ""}`;
    if (this.#open.has(key) || this.#open.size > DEEPEST) return null;
    this.#open.add(key);
    try {
      return this.#resolve(path, site);
    } finally {
      this.#open.delete(key);
    }
  }

  /** Of a variable that a script names: `$TITLE`. */
  ofVariable(name: string, site: Site): Taint | null {
    const setting = variableOf(name, site);
    if (setting !== null)
      return this.#through(setting.value, site, setting.value.span, `\`${name}\` is set here`);
    if (name === "GITHUB_HEAD_REF") return this.ofPath("github.head_ref", site);
    return name === "GITHUB_REF_NAME" ? this.ofPath("github.ref_name", site) : null;
  }

  /** Of words of a script: its expressions and its variables. */
  ofWords(words: string, site: Site): Taint | null {
    let worst: Taint | null = null;
    for (const [, source = ""] of words.matchAll(/\$\{\{(.*?)\}\}/gs))
      for (const { path, carries } of expression(source).reads.contexts)
        if (carries) worst = worse(worst, this.ofPath(path, site));
    for (const { name } of settingsAround(site))
      if (mentions(words, name)) worst = worse(worst, this.ofVariable(name, site));
    if (mentions(words, "GITHUB_HEAD_REF")) worst = worse(worst, this.ofVariable("GITHUB_HEAD_REF", site));
    return worst;
  }

  #resolve(path: string, site: Site): Taint | null {
    const [root = "", ...rest] = path.split(".");
    const direct = controlOf(path);
    if (path.startsWith("github.event.inputs.")) return this.#dispatched(path, rest.slice(2).join("."), site);
    if (direct === "outsider" || direct === "writer") return this.#field(path, direct, site);
    const name = rest.join(".");
    if (root === "env") return this.#env(name, site);
    if (root === "inputs") return this.#input(name, site);
    if (root === "matrix") return this.#matrix(name, site);
    if (root === "steps" && rest[1] === "outputs")
      return this.#output(rest[0] ?? "", rest.slice(2).join("."), site);
    if ((root === "needs" || root === "jobs") && rest[1] === "outputs")
      return this.#jobOutput(rest[0] ?? "", rest.slice(2).join("."), site);
    return null;
  }

  #triggers(owner: Job | ActionFile): readonly Trigger[] {
    return jobsOf(owner, this.#users).flatMap(({ workflow }) => triggersOf(workflow));
  }

  #field(path: string, by: "outsider" | "writer", { owner }: Site): Taint | null {
    const all = this.#triggers(owner);
    const there = under(path, all);
    // An action that nobody here uses, a workflow that nobody here calls: its users may be anywhere.
    if (there.length === 0 && all.length > 0) return null;
    let power: Taint["power"] = all.length === 0 ? "read-only" : "none";
    for (const { outsiders } of there) if (RANK[outsiders] > RANK[power]) power = outsiders;
    return { by, power, source: path, lines: hasLines(path), trail: [] };
  }

  #env(name: string, site: Site): Taint | null {
    const setting = variableOf(name, site, true);
    return setting === null
      ? null
      : this.#through(setting.value, site, setting.value.span, `\`${setting.name}\` is set here`);
  }

  #dispatched(path: string, name: string, site: Site): Taint | null {
    const inputs = this.#triggers(site.owner).flatMap(({ event, inputs: all }) =>
      event === "workflow_dispatch" ? all : [],
    );
    const input = inputs.find((one) => one.name.toLowerCase() === name);
    if (input !== undefined && input.type !== "string") return null;
    return inputs.length === 0
      ? null
      : { by: "writer", power: "none", source: path, lines: false, trail: [] };
  }

  #input(name: string, site: Site): Taint | null {
    const { owner } = site;
    if (owner.kind === "action") {
      let worst: Taint | null = null;
      for (const step of this.#users.steps.get(owner) ?? []) {
        const given = step.with.find((one) => one.name.toLowerCase() === name);
        if (given !== undefined)
          worst = worse(
            worst,
            this.#through(
              given.value,
              { owner: step.owner, step },
              given.value.span,
              `handed to \`${name}\` here`,
            ),
          );
      }
      const unset = owner.inputs.find((one) => one.name.toLowerCase() === name)?.default ?? null;
      return worst ?? (unset === null ? null : this.ofText(unset, site));
    }
    const { callable, calledBy } = owner.workflow;
    let worst: Taint | null = this.#dispatched(`inputs.${name}`, name, site);
    const declared = callable?.inputs.find((one) => one.name.toLowerCase() === name);
    if (declared?.type === "boolean" || declared?.type === "number") return null;
    for (const job of calledBy) {
      const given = job.call?.with.find((one) => one.name.toLowerCase() === name);
      if (given !== undefined)
        worst = worse(
          worst,
          this.#through(
            given.value,
            { owner: job, step: null },
            given.value.span,
            `handed to \`${name}\` here`,
          ),
        );
    }
    if (worst === null && declared !== undefined && calledBy.length === 0)
      return { by: "writer", power: "none", source: `inputs.${name}`, lines: true, trail: [] };
    return worst;
  }

  #matrix(name: string, { owner }: Site): Taint | null {
    if (owner.kind !== "job" || owner.matrix === null) return null;
    const site = { owner, step: null };
    const texts =
      [...owner.matrix.dimensions].find(([one]) => one.toLowerCase() === name)?.[1] ??
      textsIn(owner.matrix.value);
    let worst: Taint | null = null;
    for (const text of texts)
      worst = worse(worst, this.#through(text, site, text.span, "the matrix takes it from here"));
    return worst;
  }

  #output(id: string, name: string, site: Site): Taint | null {
    const step = site.owner.steps.find((one) => one.id?.value.toLowerCase() === id);
    if (step === undefined) return null;
    const inside = { owner: site.owner, step };
    const { uses } = step;
    if (uses !== null) {
      if (choosesOutput(uses.slug, name)) {
        const found = this.#field("github.event.pull_request.files", "outsider", site);
        return found === null ? null : { ...found, source: `${uses.slug}: ${name}`, lines: false };
      }
      if (uses.action === null) return null;
      const output = uses.action.outputs.find((one) => one.name.toLowerCase() === name);
      return output === undefined
        ? null
        : this.#through(
            output.value,
            { owner: uses.action, step: null },
            output.value.span,
            `the output \`${name}\``,
          );
    }
    let worst: Taint | null = null;
    for (const { kind, name: written, text, span } of step.effects.derived)
      if (kind === "output" && (written === null || written.toLowerCase() === name)) {
        const found = this.ofWords(text, inside);
        worst = worse(
          worst,
          found === null
            ? null
            : { ...found, trail: [...found.trail, { span, message: `written to the output \`${name}\`` }] },
        );
      }
    return worst;
  }

  #jobOutput(id: string, name: string, { owner }: Site): Taint | null {
    if (owner.kind !== "job") return null;
    const job = owner.workflow.jobs.find((one) => one.id.toLowerCase() === id);
    if (job === undefined) return null;
    const output = (job.call?.workflow?.callable?.outputs ?? job.outputs).find(
      (one) => one.name.toLowerCase() === name,
    );
    if (output === undefined) return null;
    const inside = job.call?.workflow?.jobs[0] ?? job;
    return this.#through(
      output.value,
      { owner: inside, step: null },
      output.value.span,
      `the output \`${name}\` of \`${id}\``,
    );
  }

  #through(text: Text, site: Site, span: Span, message: string): Taint | null {
    const found = this.ofText(text, site);
    return found === null ? null : { ...found, trail: [...found.trail, { span, message }] };
  }
}

export function worse(a: Taint | null, b: Taint | null): Taint | null {
  if (a === null || b === null) return a ?? b;
  if (a.by !== b.by) return a.by === "outsider" ? a : b;
  return RANK[b.power] > RANK[a.power] ? b : a;
}

function settingsAround({ owner, step }: Site): readonly Setting[] {
  const around = owner.kind === "job" ? [...owner.env, ...owner.workflow.env] : [];
  return [...(step?.env ?? []), ...around];
}

/** The innermost that counts; expressions compare names without case. */
function variableOf(name: string, site: Site, anyCase = false): Setting | null {
  const same = (one: Setting): boolean => one.name === name || (anyCase && one.name.toLowerCase() === name);
  return settingsAround(site).find(same) ?? null;
}

function textsIn(value: Value): Text[] {
  if (value.kind === "text") return [value.text];
  if (value.kind === "list") return value.items.flatMap(textsIn);
  return value.kind === "map" ? value.entries.flatMap((entry) => textsIn(entry.value)) : [];
}
