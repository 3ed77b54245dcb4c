/** What is told of alerts: plain lines, the same facts everywhere. */
import { rfc3339 } from "../../core/clock.ts";
import { type Alert, NAMED, describeAlert } from "./entry.ts";

export interface Message {
  /** One line, plain ASCII where it can be. */
  readonly subject: string;
  readonly text: string;
  /** JSON data; one line when written so. */
  readonly data: object;
}

export function messageOf(alert: Alert): Message {
  const { severity, title, text, reason, who, remote, first, place, id, path } = alert;
  const facts = NAMED.flatMap((name) => (who[name] === undefined ? [] : [`${name}: ${who[name]}`]));
  const lines = [
    `${text}.`,
    "",
    reason,
    "",
    ...facts,
    ...(remote === "" ? [] : [`from: ${remote}`]),
    ...(path === "" ? [] : [`path: ${path}`]),
    `at: ${rfc3339(first)}`,
    ...(place.segment === ""
      ? []
      : [`audit entry: ${place.seq} of segment ${place.segment}, request ${place.request}`]),
    `alert: ${id}`,
  ];
  return {
    subject: `Bulkhead: ${severity}: ${title}`,
    text: lines.join("\n"),
    data: { time: rfc3339(first), type: "alert", alert: describeAlert(alert) },
  };
}

/** In place of so many messages that nobody would read one. */
export function floodOf(alerts: readonly Alert[], now: number): Message {
  const counts = new Map<string, number>();
  for (const { rule } of alerts) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  const rules = [...counts].sort(([, a], [, b]) => b - a).map(([rule, count]) => `${rule}: ${count}`);
  return {
    subject: `Bulkhead: ${alerts.length} more alerts`,
    text: [
      `${alerts.length} more alerts came within a short time; \`bulkhead alerts\` lists them.`,
      "",
      ...rules,
    ].join("\n"),
    data: { time: rfc3339(now), type: "flood", alerts: alerts.length, rules: Object.fromEntries(counts) },
  };
}

export const testMessage = (now: number): Message => ({
  subject: "Bulkhead: a test",
  text: "This is a test of an alert sink. Nothing happened.",
  data: { time: rfc3339(now), type: "test" },
});
