/** Rows of incidents. */
import { type ErrorRow, row } from "./row.ts";

export const incidentErrors = {
  "incident.unknown": row(404, 1, "there is no incident {id}", "`bulkhead incident status` lists them"),
  "incident.unknown-item": row(
    404,
    1,
    "the incident has no item {item}",
    "`bulkhead incident status` lists its items",
  ),
  "incident.invalid": row(
    400,
    2,
    "the incident's plan cannot be used: {problem}",
    "make it with `bulkhead incident plan` and hand it in as it is",
  ),
  "incident.nothing": row(
    400,
    1,
    "nothing is known of {target}: no pipeline, no stage, no secret",
    "run it in the repository, name the target as `bulkhead ci inventory` or bulkhead.yaml does",
  ),
  "incident.taken": row(
    409,
    1,
    "{by} is at item {item} already",
    "wait for it, or take it over when they have stopped: it is free after {seconds} s",
  ),
  "incident.over": row(
    409,
    1,
    "item {item} is {state} already",
    "`bulkhead incident status` shows what is left",
  ),
  "incident.closed": row(
    409,
    1,
    "the incident {id} is closed",
    "`bulkhead incident record` prints its record",
  ),
  "incident.no-person": row(
    403,
    1,
    "only a person says that this is done, excused or over",
    "log in as yourself (`bulkhead login`) and say it again",
  ),
  "incident.open": row(
    409,
    1,
    "the incident cannot be closed: {problem}",
    "do the items that are left (`bulkhead incident done ITEM`), or excuse them with a reason",
  ),
  "incident.boundary": row(
    409,
    1,
    "the boundary is not mended: {problem}",
    "`bulkhead ci audit` shows what is open and `bulkhead ci fix` mends much of it; then close again",
  ),
} as const satisfies Record<string, ErrorRow>;
