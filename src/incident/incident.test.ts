import assert from "node:assert/strict";
import test from "node:test";
import { DAY, HOUR, START, job, recordsOfAll, usualMonth } from "../../test/support/access-history.ts";
import {
  type IncidentFacts,
  type ReachedSecret,
  byBlastRadius,
  isEmpty,
  planMarkdown,
  planOf,
  searchMisuse,
} from "./index.ts";

const secret = (name: string, more: Partial<ReachedSecret> = {}): ReachedSecret => ({
  ...{ project: "fraud", environment: "prod", name, provider: null, kind: "model-api", owner: null },
  ...{ production: true, stages: ["train"], dynamic: null, from: null },
  ...more,
});
const NOTHING: IncidentFacts = {
  ...{
    target: { kind: "everything", name: "" },
    repository: null,
    workflows: [],
    roles: [],
    hostSecrets: [],
  },
  ...{ secrets: [], stages: [], run: null, places: [], review: [], destinations: [], owner: null },
};

test("secrets are replaced in order of what they open, production first", () => {
  const names = byBlastRadius([
    secret("tracker", { kind: "experiment-tracker" }),
    secret("dev-cloud", { kind: "cloud", production: false, environment: "dev" }),
    secret("model"),
    secret("shared", { stages: ["a", "b"] }),
    secret("unheard", { kind: "quantum" }),
    secret("cloud", { kind: "cloud" }),
    secret("account", { kind: "service-account" }),
  ]).map(({ name }) => name);
  assert.deepEqual(
    names,
    ["account", "cloud", "shared", "model", "tracker", "unheard", "dev-cloud"].sort(
      (a, b) => names.indexOf(a) - names.indexOf(b),
    ),
  );
  assert.deepEqual(names.slice(0, 4), ["account", "cloud", "shared", "model"]);
  assert.equal(names.at(-1), "dev-cloud");
});

test("what stands elsewhere, is minted or belongs to a registry is not rotated as a stored value", () => {
  const { items } = planOf({
    ...NOTHING,
    secrets: [
      secret("billing", { from: "aws-sm://prod/billing" }),
      secret("minted", { dynamic: "aws/creds/x" }),
      secret("npm", { kind: "package-registry" }),
    ],
  });
  const told = items.map(({ step, title, action }) => [step, title.replace(/ \(.*/, ""), action?.do ?? null]);
  assert.deepEqual(told.slice(0, 3), [
    [2, "end the credentials minted at aws/creds/x", "revoke-leases"],
    [3, "rotate billing in prod of fraud", null],
    [4, "invalidate the registry token npm in prod of fraud", "rotate"],
  ]);
  assert.ok(isEmpty(NOTHING));
});

test("names from pipelines cannot write into the plan", () => {
  const evil = "x\n`] $(id) # owned <script>|*b*";
  const text = planMarkdown(
    planOf({
      ...NOTHING,
      workflows: [{ path: `.github/workflows/${evil}.yml`, owner: evil }],
      review: [evil],
      repository: { host: "github.com", owner: evil, name: evil },
    }),
  );
  const prose = text.replace(/`[^`\n]*`/g, "");
  assert.doesNotMatch(prose, /\n# owned|[^\\]<script/);
  assert.match(
    text,
    /gh workflow disable 'x {2}\] \$\(id\) # owned/,
    "what is copied into a shell is one word",
  );
  for (const line of text.split("\n").filter((one) => one.includes("by hand: ")))
    assert.match(line, /by hand: `[^`]*`$/);
});

test("the history of what was reached: what was usual before teaches, what came since is told", async () => {
  const since = START + 28 * DAY;
  const theft = job({ at: since + 10 * HOUR, stage: "serve", secrets: ["hub"], remote: "203.0.113.5" });
  const other = job({ at: since + 11 * HOUR, stage: "publish", secrets: ["openai"], remote: "203.0.113.6" });
  const records = recordsOfAll([...usualMonth(30), ...theft, ...other]);
  const given = (async function* () {
    await Promise.resolve();
    yield* records;
  })();
  const reached = { secrets: ["secret/fraud/prod/hub"], identities: ["fraud/serve in prod"] };
  const { entries, anomalies, fetches } = await searchMisuse(given, reached, since);
  assert.equal(entries, records.length);
  assert.deepEqual([...new Set(anomalies.map(({ rule }) => rule))].sort(), ["new-network", "new-reader"]);
  assert.ok(
    anomalies.every(({ text }) => text.startsWith("fraud/serve in prod")),
    "others' doings are not part of it",
  );
  assert.deepEqual(
    fetches.map(({ who, remote }) => `${who} ${remote}`).filter((one) => one.endsWith("203.0.113.5")),
    ["fraud/serve in prod 203.0.113.5"],
  );
  assert.ok(fetches.some(({ who }) => who === "fraud/train in prod"));
});
