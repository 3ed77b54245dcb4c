import { isLiteral } from "../literals.ts";
import type { Value } from "../model.ts";
import { field } from "../values.ts";
import { locate } from "../spans.ts";
import type { Check, Report } from "./types.ts";

export const composeLiteralSecret: Check = {
  id: "compose-literal-secret",
  class: "A",
  title: "a compose file holds a credential as it is",
  severity: "high",
  confidence: "medium",
  attack:
    "Everybody who can read the repository has it, and its history keeps it after it is gone from the file.",
  mend: "Replace it at its vendor; name it under `secrets:` and read `/run/secrets/NAME`, or take it from the environment that starts compose.",
  repository({ builds }, report) {
    for (const { value } of builds) {
      const services = field(value, "services");
      for (const { value: service } of services?.kind === "map" ? services.entries : []) {
        settings(field(service, "environment"), "environment", report);
        settings(field(field(service, "build"), "args"), "build's arguments", report);
      }
    }
  },
};

/** As a map, or as a list of `NAME=value`. */
function settings(value: Value | null, where: string, report: Report): void {
  const say = (name: string, span: Value["span"]): void =>
    report({ span, subject: name, message: `the value of \`${name}\` stands in the service's ${where}` });
  if (value?.kind === "map") {
    for (const { key, value: one } of value.entries)
      if (one.kind === "text" && isLiteral(key, one.text.value)) say(key, one.span);
  } else if (value?.kind === "list")
    for (const item of value.items) {
      if (item.kind !== "text") continue;
      const { value: text } = item.text;
      const equals = text.indexOf("=");
      if (equals > 0 && isLiteral(text.slice(0, equals), text.slice(equals + 1)))
        say(text.slice(0, equals), locate(item.text, equals + 1, text.length));
    }
}
