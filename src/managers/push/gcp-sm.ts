/** `gcp-sm`: Google Secret Manager, a new version of each secret, with the identity that this machine has at Google. */
import { member } from "../answers.ts";
import { crc32c } from "../crc32c.ts";
import { gcpBase } from "../gcp-sm.ts";
import { googleToken } from "../google-token.ts";
import { asked, parsed, required, word } from "./request.ts";
import type { PushContext, PushSettings, PushTarget, PushedState } from "./types.ts";

const PROJECT = { pattern: /^[a-z][a-z0-9-]{4,28}[a-z0-9]$|^\d{1,20}$/, expected: "project: a project's id" };
const place = (settings: PushSettings): string => required("gcp-sm", settings, "project", PROJECT);

async function client(settings: PushSettings, context: PushContext) {
  const at = { target: "Google Secret Manager", place: place(settings) };
  const reference = { scheme: "gcp-sm", place: at.place, text: `gcp-sm://${at.place}/` };
  const authorization = `Bearer ${await googleToken(reference, context)}`;
  const headers = { authorization, "content-type": "application/json" };
  const base = `${gcpBase(context.env)}/v1/projects/${at.place}/secrets`;
  const { signal } = context;
  return {
    send: async (method: string, path: string, body: object | null, fine: readonly number[]) => {
      const text = body === null ? {} : { body: JSON.stringify(body) };
      return await asked(at, { url: `${base}${path}`, method, headers, ...text, signal }, fine);
    },
    read: async (name: string): Promise<PushedState | null> => {
      const url = `${base}/${encodeURIComponent(name)}/versions/latest`;
      const answer = await asked(at, { url, headers, signal }, [200, 404]);
      if (answer.status === 404) return null;
      const body = parsed(at, answer);
      const version = word(member(body, "name"))?.split("/").at(-1) ?? "";
      return {
        name,
        mark: `${version} ${word(member(body, "state")) ?? ""}`,
        updated: word(member(body, "createTime")),
      };
    },
  };
}

export const gcpSm: PushTarget = {
  id: "gcp-sm",
  title: "Google Secret Manager",
  settings: { required: ["project"], optional: [] },
  token: false,
  names: { pattern: /^[A-Za-z0-9_-]{1,255}$/, expected: "letters, digits, _ and -" },
  place,
  push: async (settings, entries, context) => {
    const { send, read } = await client(settings, context);
    const states: PushedState[] = [];
    for (const { name, value } of entries) {
      const bytes = value.reveal();
      const payload = { data: bytes.toString("base64"), dataCrc32c: String(crc32c(bytes)) };
      const add = `/${encodeURIComponent(name)}:addVersion`;
      const answer = await send("POST", add, { payload }, [200, 404]);
      if (answer.status === 404) {
        const query = new URLSearchParams({ secretId: name }).toString();
        await send("POST", `?${query}`, { replication: { automatic: {} } }, [200, 409]);
        await send("POST", add, { payload }, [200]);
      }
      const state = await read(name);
      if (state !== null) states.push(state);
    }
    return states;
  },
  state: async (settings, names, context) => {
    const { read } = await client(settings, context);
    const states: PushedState[] = [];
    for (const name of names) {
      const state = await read(name);
      if (state !== null) states.push(state);
    }
    return states;
  },
};
