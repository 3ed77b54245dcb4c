/** `gcp-sm://PROJECT/NAME[/VERSION]`: Google Secret Manager. What comes is checked against the checksum that comes with it. */
import { crc32c } from "./crc32c.ts";
import { BulkheadError } from "../core/errors.ts";
import { asked, json, member, refused, resolvedOf, text } from "./answers.ts";
import { googleToken } from "./google-token.ts";
import { parts } from "./place.ts";
import type { Listed, Manager, Reference, ResolveContext } from "./types.ts";

const FORM = { least: 2, most: 3, expected: "gcp-sm://PROJECT/NAME or gcp-sm://PROJECT/NAME/VERSION" };

/** As gcloud overrides it. */
export const gcpBase = (env: ResolveContext["env"]): string =>
  (env.CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER || "https://secretmanager.googleapis.com").replace(
    /\/$/,
    "",
  );

async function get(reference: Reference, context: ResolveContext, path: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${await googleToken(reference, context)}` };
  const answer = await asked(reference, {
    url: `${gcpBase(context.env)}/v1/${path}`,
    headers,
    signal: context.signal,
  });
  const value = answer.status < 500 ? json(reference, answer.body) : null;
  answer.body.fill(0);
  const code = member(value, "error", "status");
  if (answer.status !== 200) return refused(reference, answer.status, typeof code === "string" ? code : "");
  return value;
}

export const gcpSm: Manager = {
  scheme: "gcp-sm",
  title: "Google Secret Manager",
  example: "gcp-sm://my-project/openai",
  resolve: async (reference, context) => {
    const [project = "", name = "", version = "latest"] = parts(reference, reference.place, FORM).map(
      encodeURIComponent,
    );
    const value = await get(
      reference,
      context,
      `projects/${project}/secrets/${name}/versions/${version}:access`,
    );
    const bytes = Buffer.from(text(reference, value, "payload", "data"), "base64");
    const sum = member(value, "payload", "dataCrc32c");
    if (typeof sum === "string" && sum !== String(crc32c(bytes)))
      throw new BulkheadError("reference.unexpected", {
        reference: reference.text,
        problem: "the value does not match its checksum",
      });
    return resolvedOf(bytes, text(reference, value, "name").split("/").at(-1) ?? null);
  },
  list: async (reference, context) => {
    const [project = ""] = parts(reference, reference.place.replace(/\/$/, ""), {
      least: 1,
      most: 1,
      expected: "gcp-sm://PROJECT/",
    });
    const listed: Listed[] = [];
    let next = "";
    do {
      const query = new URLSearchParams({ pageSize: "250", ...(next !== "" && { pageToken: next }) });
      const page = await get(
        reference,
        context,
        `projects/${encodeURIComponent(project)}/secrets?${query.toString()}`,
      );
      for (const one of (member(page, "secrets") as readonly unknown[] | undefined) ?? []) {
        const name = text(reference, one, "name").split("/").at(-1) ?? "";
        listed.push({ name, reference: `gcp-sm://${project}/${name}` });
      }
      const token = member(page, "nextPageToken");
      next = typeof token === "string" ? token : "";
    } while (next !== "");
    return listed;
  },
};
