/** Discovery → a first `bulkhead.yaml`: sound as it stands, with comments that say where each entry came from and what to add. */
import { fieldsOf, providerById } from "../../providers/lookup.ts";
import type { DiscoveredSecret, DiscoveredStage, Discovery } from "./discover.ts";

const WIDTH = 110;

/** The text of the declaration, ending with a line end. */
export function renderManifest({ project, stages, secrets, implied }: Discovery): string {
  const used = secrets.filter((one) => one.stages.length > 0);
  const unused = secrets.filter((one) => one.stages.length === 0);
  const lines = [
    "# What each stage of this pipeline may use, and nothing else. Names only, never a value.",
    "# Written by `bulkhead init` from what this repository reads; edit it, then run `bulkhead plan`.",
    `project: ${project}`,
  ];
  if (secrets.length > 0) lines.push("", "secrets:");
  if (used.length > 0)
    lines.push(
      "  # Add to each who answers for it (`owner:`) and what it is for, in one sentence (`purpose:`).",
      ...used.flatMap(secretLines),
    );
  if (unused.length > 0)
    lines.push(
      "  # No stage reads these: retire them at their provider, or say which stage uses them.",
      ...unused.flatMap(secretLines),
    );
  if (implied.length > 0)
    lines.push(
      "",
      ...wrapComment(
        `Packages of these providers are installed, but no credential was seen: ${implied.join(", ")}.`,
      ),
    );
  lines.push("", "stages:");
  if (stages.length === 0)
    lines.push(
      "  # No script that reads a credential was found: name your steps and what each may use.",
      "  main: { use: [] }",
    );
  for (const stage of stages) lines.push(...stageLines(stage, secrets));
  return `${lines.join("\n")}\n`;
}

function secretLines(secret: DiscoveredSecret): string[] {
  const { name, provider, variables, places, stages } = secret;
  const body = provider === null ? "{}" : `{ provider: ${provider} }`;
  const notes = [`${[...variables.keys()].join(", ")} in ${places.join(", ")}`];
  if (provider === null) notes.push("whose it is was not recognised, add `kind:` or `provider:`");
  const lines = wrapComment(`${notes.join("; ")}`, "  ");
  if (stages.length > 1)
    lines.push(
      ...wrapComment(`used by ${words(stages)}: give each its own, or say why in \`shared:\``, "  "),
    );
  return [...lines, `  ${name}: ${body}`];
}

function stageLines(
  { name, run, secrets: reads, plain }: DiscoveredStage,
  secrets: readonly DiscoveredSecret[],
): string[] {
  const lines = [`  ${name}:`, `    run: ${scalar(run)}`];
  const uses = reads.flatMap((variable) => {
    const secret = secrets.find(({ variables }) => variables.has(variable));
    return secret === undefined
      ? []
      : [{ variable, secret, field: secret.variables.get(variable) ?? "value" }];
  });
  if (uses.length > 0) {
    const usual = uses.every(({ variable, secret }) => isUsual(variable, secret));
    const items = usual
      ? uses.map(({ secret }) => secret.name).sort()
      : uses.map(({ variable, secret, field }) => `${variable}: ${target(secret, field)}`);
    lines.push(...flow("use", items, usual ? "[]" : "{}"));
  }
  const set = [...plain].flatMap(([variable, value]) =>
    value === null ? [] : [`${variable}: ${scalar(value)}`],
  );
  if (set.length > 0) lines.push(...flow("set", set, "{}"));
  const withheld = [...plain].filter(([, value]) => value === null).map(([variable]) => variable);
  if (withheld.length > 0)
    lines.push(
      ...wrapComment(`it also reads ${words(withheld)}: not copied, the value may be a secret`, "    "),
    );
  return lines;
}

/** True when `use: [name]` gives just this variable. */
function isUsual(variable: string, { provider: id, name }: DiscoveredSecret): boolean {
  const provider = id === null ? undefined : providerById(id);
  if (provider === undefined || name !== provider.id || fieldsOf(provider).length !== 1) return false;
  return Object.keys(provider.variables)[0] === variable;
}

function target({ provider: id, name }: DiscoveredSecret, field: string): string {
  const provider = id === null ? undefined : providerById(id);
  const single = provider === undefined || fieldsOf(provider).length === 1;
  return single ? name : `${name}.${field}`;
}

/** One line where it fits, else an entry a line. */
function flow(key: string, items: readonly string[], brackets: "[]" | "{}"): string[] {
  const [open, close] = brackets === "[]" ? ["[", "]"] : ["{ ", " }"];
  const line = `    ${key}: ${open}${items.join(", ")}${close}`;
  if (line.length <= WIDTH) return [line];
  return [`    ${key}:`, ...items.map((item) => `      ${brackets === "[]" ? "- " : ""}${item}`)];
}

function wrapComment(text: string, indent = ""): string[] {
  const lines: string[] = [];
  let line = `${indent}#`;
  for (const word of text.replace(/\p{Cc}/gu, " ").split(" ")) {
    if (line.length + word.length + 1 > WIDTH && line.trim() !== "#") {
      lines.push(line);
      line = `${indent}#`;
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

/** Plain where YAML reads back the same text, quoted otherwise. */
function scalar(text: string): string {
  const plain = /^[A-Za-z0-9_./][A-Za-z0-9_./@%+=:-]*(?: [A-Za-z0-9_./@%+=-][A-Za-z0-9_./@%+=:-]*)*$/.test(
    text,
  );
  return plain && !/:( |$)|^(?:null|~)$/i.test(text) ? text : JSON.stringify(text);
}

const words = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
