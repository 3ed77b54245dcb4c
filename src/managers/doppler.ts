/** `doppler://PROJECT/CONFIG/NAME`: Doppler, with `DOPPLER_TOKEN`; a service token's own project and config are `doppler://-/-/NAME`. */
import { BulkheadError } from "../core/errors.ts";
import { asked, json, member, refused, resolvedOf, text } from "./answers.ts";
import { parts } from "./place.ts";
import type { Listed, Manager, Reference, ResolveContext } from "./types.ts";

async function get(
  reference: Reference,
  { env, signal }: ResolveContext,
  path: string,
  query: Record<string, string>,
): Promise<unknown> {
  if (!env.DOPPLER_TOKEN)
    throw new BulkheadError("reference.no-identity", {
      reference: reference.text,
      problem: "DOPPLER_TOKEN is not set",
      help: "give the job a service token or a service account's identity token",
    });
  // As Doppler's own CLI overrides it.
  const host = (env.DOPPLER_API_HOST || "https://api.doppler.com").replace(/\/$/, "");
  const headers = { authorization: `Bearer ${env.DOPPLER_TOKEN}`, accept: "application/json" };
  const answer = await asked(reference, {
    url: `${host}/v3/configs/config/${path}?${new URLSearchParams(query).toString()}`,
    headers,
    signal,
  });
  if (answer.status !== 200) return refused(reference, answer.status);
  const value = json(reference, answer.body);
  answer.body.fill(0);
  return value;
}

const scope = (project: string, config: string): Record<string, string> => ({
  ...(project !== "-" && { project }),
  ...(config !== "-" && { config }),
});

export const doppler: Manager = {
  scheme: "doppler",
  title: "Doppler",
  example: "doppler://backend/prd/OPENAI_API_KEY",
  resolve: async (reference, context) => {
    const form = { least: 3, most: 3, expected: "doppler://PROJECT/CONFIG/NAME" };
    const [project = "", config = "", name = ""] = parts(reference, reference.place, form);
    const value = await get(reference, context, "secret", { ...scope(project, config), name });
    return resolvedOf(Buffer.from(text(reference, value, "value", "computed")), null);
  },
  list: async (reference, context) => {
    const form = { least: 2, most: 2, expected: "doppler://PROJECT/CONFIG/" };
    const [project = "", config = ""] = parts(reference, reference.place.replace(/\/$/, ""), form);
    const value = await get(reference, context, "secrets/names", {
      ...scope(project, config),
      include_managed_secrets: "false",
    });
    const names = (member(value, "names") ?? []) as readonly string[];
    return names.map((name): Listed => ({ name, reference: `doppler://${project}/${config}/${name}` }));
  },
};
