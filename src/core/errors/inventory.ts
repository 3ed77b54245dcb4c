/** Rows of the inventory, its blast radius and its assessments. */
import { type ErrorRow, row } from "./row.ts";

export const inventoryErrors = {
  "blast.unknown": row(
    404,
    2,
    "there is no secret, stage, run or workflow {name} here",
    "`bulkhead inventory` lists secrets with their stages, `bulkhead runs` runs; a workflow is found in its repository, or recorded by `bulkhead ci inventory --record`",
  ),
  "blast.ambiguous": row(
    400,
    2,
    "{name} is a {kinds} alike",
    "say which: secret:{name}, stage:{name}, run:{name} or workflow:{name}",
  ),
} as const satisfies Record<string, ErrorRow>;
