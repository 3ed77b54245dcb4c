/** `github`: secrets of a repository's environment, or of the repository, each sealed for the public key that GitHub gives out. */
import { BulkheadError } from "../../core/errors.ts";
import { member } from "../answers.ts";
import { type At, asked, baseUrl, parsed, required, setting, word } from "./request.ts";
import { sealedBox } from "./sealed-box.ts";
import type { PushContext, PushSettings, PushTarget, PushedState } from "./types.ts";

const REPOSITORY = {
  pattern: /^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9._-]{1,100}$/,
  expected: "repository: owner/name",
};
const ENVIRONMENT = { pattern: /^[^\p{Cc}]{1,255}$/u, expected: "environment: the environment's name" };
const URL_FORM = { pattern: /^https?:\/\/\S+$/, expected: "url: https://HOST/api/v3" };
/** As GitHub limits them. */
const MOST_BYTES = 48 * 1024;

interface Where {
  readonly at: At;
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

function place(settings: PushSettings): string {
  const environment = setting("github", settings, "environment", ENVIRONMENT);
  return (
    required("github", settings, "repository", REPOSITORY) + (environment === null ? "" : ` ${environment}`)
  );
}

function whereOf(settings: PushSettings, { env, token, signal }: PushContext): Where {
  const at = { target: "GitHub", place: place(settings) };
  const declared = setting("github", settings, "url", URL_FORM) ?? undefined;
  const api = baseUrl("github", declared, env.GITHUB_API_URL, "https://api.github.com");
  const [owner = "", name = ""] = (settings.repository ?? "").split("/");
  const repository = `${api}/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
  const { environment } = settings;
  return {
    at,
    base:
      environment === undefined
        ? `${repository}/actions/secrets`
        : `${repository}/environments/${encodeURIComponent(environment)}/secrets`,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${token?.revealText() ?? ""}`,
      "user-agent": "bulkhead",
      "x-github-api-version": "2022-11-28",
    },
    signal,
  };
}

async function one({ at, base, headers, signal }: Where, name: string): Promise<PushedState | null> {
  const answer = await asked(at, { url: `${base}/${encodeURIComponent(name)}`, headers, signal }, [200, 404]);
  if (answer.status === 404) return null;
  const updated = word(member(parsed(at, answer), "updated_at"));
  return { name, mark: updated ?? "", updated };
}

export const github: PushTarget = {
  id: "github",
  title: "GitHub",
  settings: { required: ["repository"], optional: ["environment", "url"] },
  token: true,
  names: {
    pattern: /^(?!GITHUB_)[A-Za-z_][A-Za-z0-9_]{0,199}$/i,
    expected: "letters, digits and _, not beginning with GITHUB_ or a digit",
  },
  place,
  push: async (settings, entries, context) => {
    const where = whereOf(settings, context);
    const { at, base, headers, signal } = where;
    const large = entries.find(({ value }) => value.length > MOST_BYTES);
    if (large !== undefined)
      throw new BulkheadError("push.value-unfit", {
        target: at.target,
        name: large.name,
        problem: "it is larger than 48 KB",
        help: "keep it here, and let the job read it with `bulkhead run`",
      });
    const answer = await asked(at, { url: `${base}/public-key`, headers, signal }, [200]);
    const body = parsed(at, answer);
    const [id, key] = [word(member(body, "key_id")), word(member(body, "key"))];
    const recipient = Buffer.from(key ?? "", "base64");
    if (id === null || recipient.length !== 32)
      throw new BulkheadError("push.unexpected", { ...at, problem: "the answer holds no public key" });
    const states: PushedState[] = [];
    for (const { name, value } of entries) {
      const sealed = await sealedBox(value.reveal(), recipient).catch((cause: unknown) => {
        throw new BulkheadError(
          "push.unexpected",
          { ...at, problem: "its public key cannot be used" },
          { cause },
        );
      });
      const request = JSON.stringify({ encrypted_value: sealed.toString("base64"), key_id: id });
      const url = `${base}/${encodeURIComponent(name)}`;
      await asked(at, { url, method: "PUT", headers, body: request, signal }, [201, 204]);
      const state = await one(where, name);
      if (state === null)
        throw new BulkheadError("push.unexpected", {
          ...at,
          problem: `it took ${name} and does not have it`,
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
