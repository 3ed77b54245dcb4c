/** What a step with `uses:` does: authority by the registry, and the actions that move files, caches and sources. */
import type {
  ActionRef,
  ArtifactUse,
  Authority,
  CacheUse,
  CheckoutUse,
  Setting,
  Step,
  Text,
} from "../model.ts";
import { NO_EFFECTS } from "./none.ts";
import { isLocal, system } from "./systems.ts";
import type { ActionRow, Inputs } from "./types.ts";
import type { Variables } from "./variables.ts";

/** Of a step's `with:`. */
export const settingOf = (settings: readonly Setting[], name: string): Text | null => {
  for (const setting of settings) if (setting.name.toLowerCase() === name) return setting.value;
  return null;
};

export const inputsOf =
  (step: Step): Inputs =>
  (name) =>
    settingOf(step.with, name)?.value ?? null;

const isGiven = (text: Text | null): text is Text => text !== null && text.value.trim() !== "";

/** Null: the action is in no row, or does nothing of the kind here. */
export function actionAuthority(step: Step, row: ActionRow, variables: Variables): Authority | null {
  const input = inputsOf(step);
  if (row.verb === undefined || row.system === undefined || step.uses === null) return null;
  if (row.when !== undefined && !row.when(input)) return null;
  const target = typeof row.system === "string" ? system(row.system) : row.system(input);
  if (target === null || isLocal(target)) return null;
  const carriers: { readonly name: string; readonly text: Text }[] = [];
  for (const name of row.secrets ?? []) {
    const text = settingOf(step.with, name);
    if (isGiven(text)) carriers.push({ name, text });
  }
  for (const name of row.variables ?? []) {
    const text = variables.get(name);
    if (text !== undefined && text.expressions.length > 0) carriers.push({ name, text });
  }
  return {
    verb: row.verb,
    system: target,
    by: `action ${step.uses.slug}`,
    span: step.usesText?.span ?? step.span,
    auth: authOf(
      carriers.map(({ text }) => text),
      {
        oidc: row.oidc === true || (row.oidc?.some((name) => isGiven(settingOf(step.with, name))) ?? false),
        runToken: row.runToken === true,
      },
    ),
    through: carriers.map(({ name }) => name),
    target: row.target?.map((name) => input(name)?.trim() ?? "").find((text) => text !== "") ?? null,
    login: row.login === true,
  };
}

/** By what is handed in; without it by what the action or command can do by itself. */
export function authOf(
  carriers: readonly Text[],
  can: { readonly oidc: boolean; readonly runToken: boolean },
): Authority["auth"] {
  if (carriers.some((text) => !isRunToken(text))) return "secret";
  if (carriers.length > 0) return "run-token";
  if (can.oidc) return "oidc";
  return can.runToken ? "run-token" : "ambient";
}

/** Nothing but the run's own token. */
export function isRunToken({ expressions }: Text): boolean {
  return (
    expressions.length > 0 &&
    expressions.every(
      ({ expression: { reads } }) =>
        reads.secrets.every(({ name }) => name === "GITHUB_TOKEN") &&
        reads.secrets.length + reads.contexts.filter(({ path }) => path === "github.token").length > 0,
    )
  );
}

export function artifactsOf(step: Step): readonly ArtifactUse[] {
  const slug = step.uses?.slug;
  const span = step.usesText?.span ?? step.span;
  const name = settingOf(step.with, "name");
  const paths = settingOf(step.with, "path");
  if (slug === "actions/upload-artifact" || slug === "actions/upload-pages-artifact")
    return [{ direction: "upload", name, paths: paths === null ? [] : [paths], foreign: false, span }];
  if (slug === "actions/download-artifact" || slug === "actions/download-artifact/merge") {
    const run = settingOf(step.with, "run-id");
    const own =
      run === null || run.expressions.some(({ expression }) => expression.source.trim() === "github.run_id");
    return [{ direction: "download", name, paths: paths === null ? [] : [paths], foreign: !own, span }];
  }
  if (slug === "dawidd6/action-download-artifact" || slug === "aochmann/actions-download-artifact")
    return [{ direction: "download", name, paths: paths === null ? [] : [paths], foreign: true, span }];
  return NO_EFFECTS.artifacts;
}

/** Actions that keep a cache by themselves, and the input that decides it: `on` by default, or only when given. */
const OWN_CACHES: Readonly<Record<string, { readonly input: string; readonly on: boolean }>> = {
  "actions/setup-node": { input: "cache", on: false },
  "actions/setup-python": { input: "cache", on: false },
  "actions/setup-java": { input: "cache", on: false },
  "actions/setup-go": { input: "cache", on: true },
  "actions/setup-dotnet": { input: "cache", on: false },
  "ruby/setup-ruby": { input: "bundler-cache", on: false },
  "astral-sh/setup-uv": { input: "enable-cache", on: true },
  "pnpm/action-setup": { input: "cache", on: false },
  "swatinem/rust-cache": { input: "", on: true },
  "gradle/actions/setup-gradle": { input: "cache-disabled", on: true },
  "gradle/gradle-build-action": { input: "cache-disabled", on: true },
  "mozilla-actions/sccache-action": { input: "", on: true },
  "docker/setup-buildx-action": { input: "cache-binary", on: true },
};
const OFF = /^\s*(?:false|no|off|0|)\s*$/i;

export function cachesOf(step: Step): readonly CacheUse[] {
  const slug = step.uses?.slug ?? "";
  const span = step.usesText?.span ?? step.span;
  const paths = settingOf(step.with, "path");
  const key = settingOf(step.with, "key");
  const restoreKeys = settingOf(step.with, "restore-keys");
  if (slug === "actions/cache" || slug === "actions/cache/restore" || slug === "actions/cache/save") {
    const direction = slug.endsWith("/restore") ? "restore" : slug.endsWith("/save") ? "save" : "both";
    return [{ direction, key, restoreKeys, paths, by: slug, span }];
  }
  if (slug === "docker/build-push-action" || slug === "docker/bake-action") {
    const from = /type=gha/.test(`${inputsOf(step)("cache-from") ?? ""} ${inputsOf(step)("set") ?? ""}`);
    const to = /type=gha/.test(inputsOf(step)("cache-to") ?? "");
    if (!from && !to) return [];
    return [
      {
        direction: from && to ? "both" : from ? "restore" : "save",
        key: null,
        restoreKeys: null,
        paths: null,
        by: slug,
        span,
      },
    ];
  }
  const own = OWN_CACHES[slug];
  if (own === undefined) return NO_EFFECTS.caches;
  const value = settingOf(step.with, own.input);
  const inverted = own.input === "cache-disabled";
  const on = value === null ? own.on : OFF.test(value.value) === inverted;
  return on ? [{ direction: "both", key: null, restoreKeys: null, paths: null, by: slug, span }] : [];
}

/** Fields by which a workflow names what somebody proposes. */
const PROPOSED =
  /^github\.(?:head_ref$|event\.(?:pull_request\.(?:head|merge_commit_sha|number)|workflow_run\.(?:head_(?:sha|branch|commit|repository)|pull_requests)|number$|issue\.number$|inputs\.(?:pr|pull)))/;

export const namesProposal = (text: Text | null): boolean =>
  text !== null &&
  (/\brefs\/pull\//.test(text.value) ||
    text.expressions.some(({ expression }) =>
      expression.reads.contexts.some(({ path }) => PROPOSED.test(path)),
    ));

export function checkoutOf(step: Step): CheckoutUse | null {
  if (step.uses?.slug !== "actions/checkout") return null;
  const ref = settingOf(step.with, "ref");
  const repository = settingOf(step.with, "repository");
  const persist = settingOf(step.with, "persist-credentials");
  return {
    span: step.usesText?.span ?? step.span,
    ref,
    repository,
    persistCredentials:
      persist === null ? true : persist.expressions.length > 0 ? null : !/^\s*false\s*$/i.test(persist.value),
    token: settingOf(step.with, "token"),
    allowUnsafe: /^\s*true\s*$/i.test(settingOf(step.with, "allow-unsafe-pr-checkout")?.value ?? ""),
    refusesForkCode: refusesForkCode(step.uses),
    untrusted: namesProposal(ref) || namesProposal(repository),
  };
}

/** Since version 7, and since July 2026 wherever a major version is followed; what is pinned to an older one stays as it was. */
function refusesForkCode({ pin, ref, comment }: ActionRef): boolean | null {
  const named = pin === "sha" ? comment : ref;
  if (pin === "branch") return ref === "main" || ref === "master" ? true : null;
  const [, major, rest] = /^v?(\d+)((?:\.\d+)*)$/.exec(named ?? "") ?? [];
  if (major === undefined) return null;
  if (Number(major) >= 7) return true;
  // A hash says nothing of when its major version was followed.
  return rest === "" ? (pin === "sha" ? null : true) : false;
}
