/** `gitlab`: CI/CD variables of a project, masked and protected, for one environment scope. */
import { BulkheadError } from "../../core/errors.ts";
import { member } from "../answers.ts";
import { type At, asked, baseUrl, parsed, required, setting } from "./request.ts";
import type { PushContext, PushEntry, PushSettings, PushTarget, PushedState } from "./types.ts";

const PROJECT = {
  pattern: /^(?:\d{1,12}|[A-Za-z0-9_][\w.-]*(?:\/[\w.-]+)+)$/,
  expected: "project: group/name or its id",
};
const SCOPE = {
  pattern: /^(?:\*|[A-Za-z0-9_./ -]{1,255}\*?)$/,
  expected: "environment: an environment, or name/*",
};
const URL_FORM = { pattern: /^https?:\/\/\S+$/, expected: "url: https://HOST/api/v4" };
const FLAG = { pattern: /^(?:true|false)$/, expected: "true or false" };
/** Values that GitLab can mask: one line of at least eight characters. */
const MASKABLE = /^[\x21-\x7e]{8,}$/;

interface Where {
  readonly at: At;
  readonly base: string;
  readonly scope: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

const scopeOf = (settings: PushSettings): string => setting("gitlab", settings, "environment", SCOPE) ?? "*";
const place = (settings: PushSettings): string =>
  `${required("gitlab", settings, "project", PROJECT)} ${scopeOf(settings)}`;
const flag = (settings: PushSettings, name: string): boolean =>
  (setting("gitlab", settings, name, FLAG) ?? "true") === "true";

function whereOf(settings: PushSettings, { env, token, signal }: PushContext): Where {
  const at = { target: "GitLab", place: place(settings) };
  const declared = setting("gitlab", settings, "url", URL_FORM) ?? undefined;
  const api = baseUrl("gitlab", declared, env.CI_API_V4_URL, "https://gitlab.com/api/v4");
  return {
    at,
    base: `${api}/projects/${encodeURIComponent(settings.project ?? "")}/variables`,
    scope: scopeOf(settings),
    headers: { "content-type": "application/json", "private-token": token?.revealText() ?? "" },
    signal,
  };
}

const urlOf = ({ base, scope }: Where, name: string): string =>
  `${base}/${encodeURIComponent(name)}?${new URLSearchParams({ "filter[environment_scope]": scope }).toString()}`;

/** GitLab keeps no date, and sends the value along unless it is hidden: only its flags are taken. */
async function one(where: Where, name: string): Promise<PushedState | null> {
  const { at, headers, signal, scope } = where;
  const answer = await asked(at, { url: urlOf(where, name), headers, signal }, [200, 404]);
  if (answer.status === 404) return null;
  const body = parsed(at, answer);
  if (member(body, "environment_scope") !== scope) return null; // another scope's, where a server ignores the filter
  const flags = ["masked", "protected", "hidden"].filter((word) => member(body, word) === true);
  return { name, mark: flags.join(","), updated: null };
}

async function put(where: Where, { name, value }: PushEntry, settings: PushSettings): Promise<void> {
  const { at, base, headers, signal, scope } = where;
  const [masked, isProtected] = [flag(settings, "masked"), flag(settings, "protected")];
  if (masked && !MASKABLE.test(value.revealText()))
    throw new BulkheadError("push.value-unfit", {
      target: at.target,
      name,
      problem: "it cannot be masked (one line of at least 8 visible characters)",
      help: "an unmasked value stands in every log that prints it; `masked: false` says that it may",
    });
  const body = JSON.stringify({
    key: name,
    value: value.revealText(),
    environment_scope: scope,
    masked,
    protected: isProtected,
    raw: true,
    variable_type: "env_var",
    filter: { environment_scope: scope },
  });
  const there = await one(where, name);
  const request = there === null ? { url: base, method: "POST" } : { url: urlOf(where, name), method: "PUT" };
  const answer = await asked(at, { ...request, headers, body, signal }, [200, 201]);
  answer.body.fill(0);
}

export const gitlab: PushTarget = {
  id: "gitlab",
  title: "GitLab",
  settings: { required: ["project"], optional: ["environment", "masked", "protected", "url"] },
  token: true,
  names: { pattern: /^[A-Za-z0-9_]{1,255}$/, expected: "letters, digits and _" },
  place,
  push: async (settings, entries, context) => {
    const where = whereOf(settings, context);
    const states: PushedState[] = [];
    for (const entry of entries) {
      await put(where, entry, settings);
      const state = await one(where, entry.name);
      if (state === null)
        throw new BulkheadError("push.unexpected", {
          ...where.at,
          problem: `it took ${entry.name} and does not have it`,
        });
      states.push(state);
    }
    return states;
  },
  state: async (settings, names, context) => {
    const where = whereOf(settings, context);
    const states: PushedState[] = [];
    for (const name of names) {
      const state = await one(where, name);
      if (state !== null) states.push(state);
    }
    return states;
  },
};
