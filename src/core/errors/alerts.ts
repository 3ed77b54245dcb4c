/** Rows of anomaly rules, alerts and their sinks. */
import { type ErrorRow, row } from "./row.ts";

export const alertErrors = {
  "alert.unknown-rule": row(404, 2, "there is no anomaly rule {id}", "`bulkhead alerts rules` lists them"),
  "alert.bad-setting": row(
    400,
    2,
    "{setting} of the rule {rule} is not {expected}",
    "`bulkhead alerts rules` shows each rule's settings with their defaults",
  ),
  "alert.unknown": row(404, 1, "there is no alert {id}", "`bulkhead alerts` lists them"),
  "alert.no-person": row(
    403,
    1,
    "an alert is acknowledged by a person",
    "log in as yourself (`bulkhead login`) and acknowledge it again",
  ),
  "alert.bad-sink": row(
    400,
    2,
    "the alert sink cannot be used: {problem}",
    "`bulkhead alerts sinks add --help` shows the types and their options",
  ),
  "alert.unknown-sink": row(404, 1, "there is no alert sink {name}", "`bulkhead alerts sinks` lists them"),
  "alert.not-sent": row(
    502,
    1,
    "{name} did not take the alert: {reason}",
    "see that its address answers from where Bulkhead runs, then `bulkhead alerts test {name}` again",
  ),
} as const satisfies Record<string, ErrorRow>;
