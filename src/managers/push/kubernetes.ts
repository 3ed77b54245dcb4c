/** `kubernetes`: keys of one Secret object, written by server-side apply, so that what others put into it stays theirs. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { BulkheadError } from "../../core/errors.ts";
import { member } from "../answers.ts";
import { type At, asked, baseUrl, parsed, required, setting, word } from "./request.ts";
import type { PushContext, PushSettings, PushTarget, PushedState } from "./types.ts";

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const SERVER = { pattern: /^https?:\/\/\S+$/, expected: "server: https://HOST:PORT" };
const NAMESPACE = { pattern: LABEL, expected: "namespace: a namespace" };
const OBJECT = { pattern: /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/, expected: "object: the Secret's name" };
const FILE = { pattern: /^[^\p{Cc}]{1,300}$/u, expected: "ca: a file with the cluster's certificate" };
const MANAGER = "bulkhead";

interface Where {
  readonly at: At;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly ca: string | undefined;
  readonly signal: AbortSignal | undefined;
}

const place = (settings: PushSettings): string =>
  [
    required("kubernetes", settings, "server", SERVER),
    required("kubernetes", settings, "namespace", NAMESPACE),
    required("kubernetes", settings, "object", OBJECT),
  ].join(" ");

function whereOf(settings: PushSettings, { token, signal, cwd, files }: PushContext): Where {
  const at = { target: "Kubernetes", place: place(settings) };
  const base = baseUrl("kubernetes", settings.server, undefined, "");
  const file = setting("kubernetes", settings, "ca", FILE);
  if (file !== null && files === false)
    throw new BulkheadError("push.bad-place", {
      target: "kubernetes",
      problem: "`ca` is a file, and a server reads none for a declaration",
      expected: "no `ca`, and the cluster's certificate in the server's own NODE_EXTRA_CA_CERTS",
    });
  return {
    at,
    url: `${base}/api/v1/namespaces/${settings.namespace}/secrets/${settings.object}`,
    headers: { accept: "application/json", authorization: `Bearer ${token?.revealText() ?? ""}` },
    ca: file === null ? undefined : certificate(resolve(cwd, file)),
    signal,
  };
}

function certificate(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code: reason = "unknown" } = cause as NodeJS.ErrnoException;
    throw new BulkheadError("io.failed", { action: "read", path, reason }, { cause });
  }
}

/** Who wrote each key last: an apply takes a key over, and so does whoever changes it after us. */
function statesOf(body: unknown, names: readonly string[]): PushedState[] {
  const fields = member(body, "metadata", "managedFields");
  const entries = Array.isArray(fields) ? (fields as readonly unknown[]) : [];
  return names.flatMap((name): PushedState[] => {
    if (member(body, "data", name) === undefined) return [];
    const owners = entries.filter((one) => member(one, "fieldsV1", "f:data", `f:${name}`) !== undefined);
    const others = owners.filter((one) => member(one, "manager") !== MANAGER);
    const [other] = others;
    const [owner] = other === undefined ? owners : [other];
    const updated = word(member(owner, "time"));
    const mark =
      other === undefined ? MANAGER : `${word(member(other, "manager")) ?? "another"} ${updated ?? ""}`;
    return [{ name, mark: owner === undefined ? "unknown" : mark, updated }];
  });
}

async function read(where: Where): Promise<unknown> {
  const { at, url, headers, ca, signal } = where;
  const answer = await asked(at, { url, headers, ca, signal }, [200, 404]);
  return answer.status === 404 ? null : parsed(at, answer);
}

export const kubernetes: PushTarget = {
  id: "kubernetes",
  title: "Kubernetes",
  settings: { required: ["server", "namespace", "object"], optional: ["ca"] },
  token: true,
  names: { pattern: /^[A-Za-z0-9._-]{1,253}$/, expected: "letters, digits, `.`, `_` and `-`" },
  place,
  push: async (settings, entries, context) => {
    const where = whereOf(settings, context);
    const { at, url, headers, ca, signal } = where;
    const body = await read(where);
    // Applying fewer keys than before takes the others away: what is ours already goes along as it stands.
    const kept = ownKeys(body).filter((name) => entries.every((entry) => entry.name !== name));
    const data = Object.fromEntries([
      ...kept.map((name) => [name, member(body, "data", name)] as const),
      ...entries.map(({ name, value }) => [name, value.reveal().toString("base64")] as const),
    ]);
    const metadata = { name: settings.object, namespace: settings.namespace };
    const request = JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata, data });
    const answer = await asked(
      at,
      {
        url: `${url}?${new URLSearchParams({ fieldManager: MANAGER, force: "true" }).toString()}`,
        method: "PATCH",
        headers: { ...headers, "content-type": "application/apply-patch+yaml" },
        body: request,
        ca,
        signal,
      },
      [200, 201],
    );
    const states = statesOf(
      parsed(at, answer),
      entries.map(({ name }) => name),
    );
    if (states.length < entries.length)
      throw new BulkheadError("push.unexpected", {
        ...at,
        problem: "it took the keys and does not have them",
      });
    return states;
  },
  state: async (settings, names, context) => {
    const body = await read(whereOf(settings, context));
    return body === null ? [] : statesOf(body, names);
  },
};

function ownKeys(body: unknown): string[] {
  const fields = member(body, "metadata", "managedFields");
  const own = (Array.isArray(fields) ? (fields as readonly unknown[]) : []).filter(
    (one) => member(one, "manager") === MANAGER && member(one, "operation") === "Apply",
  );
  const keys = own.flatMap((one) =>
    Object.keys((member(one, "fieldsV1", "f:data") as object | undefined) ?? {}),
  );
  return keys
    .filter((key) => key.startsWith("f:"))
    .map((key) => key.slice(2))
    .filter((name) => typeof member(body, "data", name) === "string");
}
