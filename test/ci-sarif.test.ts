/** The audit's SARIF by the published schema, over the findings of every check's fixtures and of the goat. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import test from "node:test";
import Ajv from "ajv";
import { audit, checks, issuesOf, loadRepository } from "../src/ci/index.ts";
import { issueReportById } from "../src/report/issues/index.ts";
import { filesOf } from "./support/ci-fixtures.ts";
import { repositoryOf } from "./support/repository.ts";

const root = join(import.meta.dirname, "..");
const fixtures = join(root, "src", "ci", "checks", "fixtures");
const require = createRequire(import.meta.url);
const SCHEMA = JSON.parse(
  readFileSync(require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"), "utf8"),
) as object;

interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex?: number;
      readonly suppressions?: unknown;
    }[];
  }[];
}

test("what the audit says is valid SARIF, with every check that has findings among the rules", () => {
  const repositories = [
    ...readdirSync(fixtures)
      .filter((name) => name.endsWith(".yml"))
      .map((name) => repositoryOf(filesOf(readFileSync(join(fixtures, name), "utf8")))),
    loadRepository(join(root, "examples", "ci-goat", "vulnerable"), { slug: null }),
    repositoryOf({
      Dockerfile:
        "FROM a\n# bulkhead: allow[image-secret-variable] \u202e\u0000 hostile \ud800\nARG NPM_TOKEN\n",
    }),
  ];
  const issues = repositories.flatMap((one, at) => issuesOf(audit(one, { pedantic: true }), `r${at}/`));
  const report = issueReportById("sarif");
  assert.ok(report !== undefined);
  const text = report.render(
    issues.filter(({ allowed }) => allowed === undefined),
    {
      name: "bulkhead ci audit",
      schema: "bulkhead.ci-audit.v1",
      version: "1.2.3",
      color: false,
      files: repositories.length,
      unreadable: [{ path: "a b#c.yml", reason: "no YAML" }],
      allowed: issues.filter(({ allowed }) => allowed !== undefined),
      hidden: [],
      started: 0,
      ended: 1,
    },
  );
  const ajv = new Ajv({ schemaId: "auto", unknownFormats: "ignore", allErrors: true });
  ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json") as object);
  const valid = ajv.compile(SCHEMA);
  const document = JSON.parse(text) as Sarif;
  valid(document);
  assert.deepEqual(valid.errors ?? [], []);
  assert.equal(valid({ ...document, version: "3" }), false, "the schema judges");

  const [run] = document.runs;
  const rules = run?.tool.driver.rules.map(({ id }) => id) ?? [];
  const seen = new Set(run?.results.map(({ ruleId }) => ruleId));
  for (const { id } of checks) assert.ok(seen.has(id), `${id} has a finding`);
  for (const id of seen) assert.ok(rules.includes(id), id);
  for (const { ruleId, ruleIndex } of run?.results ?? [])
    if (ruleIndex !== undefined) assert.equal(rules[ruleIndex], ruleId);
  assert.equal(run?.results.filter(({ suppressions }) => suppressions !== undefined).length, 1);
});
