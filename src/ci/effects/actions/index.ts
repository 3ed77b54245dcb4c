/** The registry of known actions. Each row's facts are those of the action's own `action.yml`; whoever is missing here is "not known", never harmless. */
import type { ActionRow } from "../types.ts";
import { cloud } from "./cloud.ts";
import { registries } from "./registries.ts";
import { host } from "./host.ts";
import { deployments } from "./deployments.ts";
import { services } from "./services.ts";
import { tools } from "./tools.ts";

export const actionRows: readonly ActionRow[] = [
  ...cloud,
  ...registries,
  ...host,
  ...deployments,
  ...services,
  ...tools,
];

const bySlug = new Map<string, ActionRow>();
for (const row of actionRows) if (!bySlug.has(row.slug)) bySlug.set(row.slug, row);

/** Of a path its own row, else its repository's. */
export function actionRow(slug: string): ActionRow | null {
  const own = bySlug.get(slug);
  if (own !== undefined) return own;
  const parts = slug.split("/");
  return parts.length > 2 ? (bySlug.get(`${parts[0]}/${parts[1]}`) ?? null) : null;
}
