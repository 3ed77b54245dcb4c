/** Where actions come from, for the commands that ask. */
import { Remotes } from "../ci/lock-update.ts";
import { Secret } from "../core/secret.ts";
import type { Context } from "./context.ts";

export const serverFlag = {
  server: {
    kind: "text",
    placeholder: "URL",
    brief: "where `owner/repo` are (default: GITHUB_SERVER_URL, else https://github.com)",
  },
} as const;

/** GITHUB_TOKEN or GH_TOKEN reads private repositories. Closed when the command ends. */
export function openRemotes(server: string | undefined, context: Context): Remotes {
  const { env } = context;
  const given = env.GITHUB_TOKEN || env.GH_TOKEN;
  const token = given === undefined || given === "" ? null : Secret.copy(given);
  const remotes = new Remotes({
    server: server ?? (env.GITHUB_SERVER_URL || "https://github.com"),
    token,
    env,
  });
  context.onClose(() => {
    remotes.close();
    token?.wipe();
  });
  return remotes;
}
