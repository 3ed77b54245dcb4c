/** The registry of sinks: one line each. */
import { BulkheadError } from "../../../core/errors.ts";
import { HttpFailure } from "../../../managers/http.ts";
import { severities } from "../../../inventory/anomalies/index.ts";
import type { Message } from "../message.ts";
import type { StoredSink } from "../rows.ts";
import { file } from "./file.ts";
import { slack } from "./slack.ts";
import { smtp } from "./smtp.ts";
import type { SinkEnvironment, SinkType } from "./types.ts";
import { webhook } from "./webhook.ts";

export type { SinkEnvironment, SinkType };

export const sinkTypes: readonly SinkType[] = [webhook, slack, smtp, file];

const MOST_OPTION = 16_384;

/** Throws `alert.bad-sink`. */
export function checkSink(
  type: string,
  options: Readonly<Record<string, string>>,
  environment: SinkEnvironment,
): SinkType {
  const known = sinkTypes.find((one) => one.type === type);
  if (known === undefined)
    throw new BulkheadError("alert.bad-sink", {
      problem: `type is ${sinkTypes.map((one) => one.type).join(", ")}`,
    });
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(known.options, name))
      throw new BulkheadError("alert.bad-sink", { problem: `${type} has no option ${name.slice(0, 40)}` });
    if (value.length > MOST_OPTION)
      throw new BulkheadError("alert.bad-sink", { problem: `${name} is too long` });
  }
  for (const [name, { required }] of Object.entries(known.options))
    if (required === true && (options[name] ?? "") === "")
      throw new BulkheadError("alert.bad-sink", { problem: `${type} needs ${name}` });
  known.check(options, environment);
  return known;
}

/** null: it was taken; else why not. */
export async function send(
  sink: StoredSink,
  message: Message,
  environment: SinkEnvironment,
): Promise<string | null> {
  const type = sinkTypes.find((one) => one.type === sink.type);
  if (type === undefined) return "its type is not known";
  try {
    await type.send(message, sink.options, environment);
    return null;
  } catch (error) {
    return reasonOf(error).slice(0, 200);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof BulkheadError || error instanceof HttpFailure) return error.message;
  if (!(error instanceof Error)) return "failed";
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}

export const isAtLeast = (severity: string, least: string): boolean =>
  severities.indexOf(severity as never) >= severities.indexOf(least as never);
