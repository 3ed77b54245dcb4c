/** What the `revoke` commands share: whose tokens, and how the answer is told. */
import { BulkheadError } from "../core/errors.ts";
import type { Context } from "./context.ts";
import { count } from "./output.ts";
import { findProject } from "./project.ts";

export const projectFlag = {
  project: { kind: "text", placeholder: "project", brief: "the project (default: the one declared here)" },
} as const;

/** Every token of the project that carries these. Throws `usage.invalid` where no project is known. */
export async function revokeTokens(
  context: Context,
  command: string,
  where: {
    readonly project: string | undefined;
    readonly stage?: string;
    readonly environment?: string | undefined;
  },
): Promise<void> {
  const project = where.project ?? (await findProject(context))?.manifest.project;
  if (project === undefined)
    throw new BulkheadError("usage.invalid", { problem: "name the --project", command });
  const { client } = await context.api();
  const data = await client.write("bulkhead/runs/revoke", { ...where, project });
  tell(context, data?.revoked_tokens);
}

export function tell({ out }: Context, revoked: unknown): void {
  out.note(
    `revoked ${count(Number(revoked ?? 0), "token")}, with all their leases; batch tokens count as one rule`,
  );
}
