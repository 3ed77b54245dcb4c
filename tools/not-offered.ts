/**
 * `docs/not-offered.md`: what OpenBao answers and Bulkhead does not, out of both servers' own descriptions, with reasons that are
 * written by hand (not-offered-reasons.ts). Needs `bao`, which is installed from PyPI; nothing else makes this page.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { drivers } from "../src/engines/database/drivers/index.ts";
import { REFUSED_HEADERS } from "../src/kernel/request.ts";
import { BAO_PACKAGE, type Bao, startBao } from "../test/support/bao.ts";
import { type Fact, type Refused, baoFacts, keyOf, keysOf, ourFacts } from "./api-facts.ts";
import { FIELD_REASONS, PATH_REASONS, VAULT_ONLY, type Why } from "./not-offered-reasons.ts";
import { code, table } from "./tables.ts";

export const NOT_OFFERED_PAGE = "docs/not-offered.md";

const VERBS: Readonly<Record<Fact["operation"], string>> = {
  read: "GET",
  list: "LIST",
  scan: "SCAN",
  update: "POST",
  patch: "PATCH",
  delete: "DELETE",
};

/** Throws where something has no reason, or a reason explains nothing any more. */
export async function notOfferedPage(bao: Bao): Promise<string> {
  const [theirs, ours] = [await baoFacts(bao), await ourFacts()];
  const known = new Map(ours.facts.flatMap((fact) => keysOf(fact).map((key) => [key, fact])));
  const gaps = theirs.facts.filter((fact) => !known.has(keyOf(fact)));
  const groups = groupsOf(gaps);
  const parts = [...new Set(groups.map(({ mount }) => mount))].map((mount) =>
    mountPart(
      mount,
      groups.filter((one) => one.mount === mount),
    ),
  );
  return `${[
    "# Not offered",
    "<!-- Made by `node tools/not-offered.ts`; change tools/not-offered-reasons.ts, not this page. -->",
    `What ${code("bao")} (${BAO_PACKAGE.replace("-cli==", " ")}) describes of itself, with everything it has mounted, and Bulkhead does not have: ${gaps.length} of ${new Set(theirs.facts.map(keyOf)).size} operations. They are answered with 404 (no such path) or 405 (no such operation). How the rest compares: [Compatibility](compatibility.md).`,
    ...parts,
    "## Databases",
    databases(theirs.databases),
    "## Fields that are refused",
    "Sending them with a value is an error that names them: what they ask for would not be obeyed.",
    refusedTable(ours.refused),
    "## Fields that are ignored",
    "OpenBao knows them in requests that both have; here they are unknown, and both ignore what they do not know.",
    ignoredTable(theirs.facts, known),
    "## Headers that are refused",
    table(
      ["header", "but for"],
      Object.entries(REFUSED_HEADERS).map(([name, values]) => [
        code(name),
        values.map((value) => (value === "" ? "nothing" : code(value))).join(", "),
      ]),
    ),
    "## What Vault has and OpenBao has not",
    table(["", ""], VAULT_ONLY),
  ].join("\n\n")}\n`;
}

interface Group extends Omit<Why, "path"> {
  readonly gaps: Fact[];
}

function groupsOf(gaps: readonly Fact[]): Group[] {
  const groups = new Map<string, Group>();
  const used = new Set<Why>();
  for (const gap of gaps) {
    const why = PATH_REASONS.find(({ mount, path }) => mount === gap.mount && path.test(gap.path));
    if (why === undefined) throw new Error(`no reason is written for ${keyOf(gap)}`);
    used.add(why);
    const key = `${why.mount} ${why.title}`;
    const group = groups.get(key) ?? { ...why, gaps: [] };
    group.gaps.push(gap);
    groups.set(key, group);
  }
  const idle = PATH_REASONS.filter((why) => !used.has(why));
  if (idle.length > 0)
    throw new Error(
      `nothing is missing any more for: ${idle.map((why) => `${why.mount} ${why.path}`).join(", ")}`,
    );
  return [...groups.values()].sort((a, b) => (a.mount < b.mount ? -1 : a.mount > b.mount ? 1 : 0));
}

function mountPart(mount: string, groups: readonly Group[]): string {
  const rows = groups.map(({ title, reason, gaps }) => [title, reason, requests(gaps)]);
  return `## ${mount}\n\n${table(["", "why", "requests"], rows)}`;
}

/** Paths with their verbs; what one path has stands together. */
function requests(gaps: readonly Fact[]): string {
  const paths = new Map<string, Set<string>>();
  for (const { path, operation } of gaps)
    paths.set(path, (paths.get(path) ?? new Set<string>()).add(VERBS[operation]));
  const order = Object.values(VERBS);
  return [...paths]
    .map(([path, verbs]) => code(`${order.filter((verb) => verbs.has(verb)).join(" ")} ${path}`))
    .sort()
    .join("<br>");
}

function databases(names: readonly string[]): string {
  const have = new Set(drivers.map(({ plugin }) => plugin));
  const missing = names.filter((name) => !have.has(name)).map(code);
  return `${[...have].map(code).join(", ")} is here. Later: ${missing.join(", ")}.`;
}

const refusedTable = (refused: readonly Refused[]): string =>
  table(
    ["mount", "field", ""],
    refused
      .map(({ mount, field, says }) => [code(mount), code(field), says])
      .sort((a, b) => (a.join() < b.join() ? -1 : 1)),
  );

function ignoredTable(theirs: readonly Fact[], known: ReadonlyMap<string, Fact>): string {
  const rows = new Map<string, { mount: string; field: string; paths: Set<string> }>();
  for (const fact of theirs) {
    const mine = known.get(keyOf(fact));
    if (mine === undefined || fact.operation === "delete") continue;
    for (const field of fact.fields.filter((one) => !mine.fields.includes(one))) {
      const row = rows.get(`${fact.mount} ${field}`) ?? {
        mount: fact.mount,
        field,
        paths: new Set<string>(),
      };
      row.paths.add(fact.path);
      rows.set(`${fact.mount} ${field}`, row);
    }
  }
  return table(
    ["mount", "field", "of", "why"],
    [...rows.values()]
      .sort((a, b) => (`${a.mount} ${a.field}` < `${b.mount} ${b.field}` ? -1 : 1))
      .map(({ mount, field, paths }) => {
        const why = FIELD_REASONS.find((one) => one.mount.test(mount) && one.field.test(field));
        if (why === undefined)
          throw new Error(`no reason is written for the field ${field} of ${mount}: ${[...paths].join(" ")}`);
        return [code(mount), code(field), [...paths].sort().map(code).join(" "), why.reason];
      }),
  );
}

async function main(): Promise<void> {
  const bao = await startBao();
  if (bao === null) throw new Error("needs python3 with pip");
  try {
    writeFileSync(join(import.meta.dirname, "..", NOT_OFFERED_PAGE), await notOfferedPage(bao));
  } finally {
    await bao.stop();
  }
}

if (import.meta.main) await main();
