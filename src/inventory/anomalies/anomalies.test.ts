import assert from "node:assert/strict";
import test from "node:test";
import {
  DAY,
  type Event,
  HOUR,
  MINUTE,
  START,
  cell,
  hmac,
  job,
  path,
  recordsOf,
  recordsOfAll,
  usualMonth,
} from "../../../test/support/access-history.ts";
import { type Anomaly, type Tuning, checkTuning, foldOf, rules, tuned } from "./index.ts";

const MONTH = usualMonth();
/** The month's 29th day, a Monday. */
const TODAY = START + 28 * DAY;

/** What is known in the morning of that day, and what the day and the next bring. */
const before = foldOf();
const morning = recordsOfAll(MONTH.filter(({ at }) => at < TODAY)).flatMap((record) => before.take(record));
const KNOWN = before.save();
const TO_COME = MONTH.filter(({ at }) => at >= TODAY);

/** Each subject once, as an alert is. */
function found(events: readonly Event[], tuning: Tuning = {}): Anomaly[] {
  const fold = foldOf({ tuning, saved: KNOWN });
  const all = recordsOfAll([...TO_COME, ...events]).flatMap((record) => fold.take(record));
  const subjects = new Map(
    [...fold.due(TODAY + 90 * DAY), ...all.reverse()].map((one) => [one.subject, one]),
  );
  return [...subjects.values()].sort((a, b) => a.time - b.time);
}

const texts = (anomalies: readonly Anomaly[]): string[] =>
  anomalies.map(({ rule, text }) => `${rule}: ${text}`);

const commit = hmac(`commit ${Math.floor((TODAY + 2 * HOUR) / DAY)}`).slice(12, 24);
const runAt = (ms: number): string => String(7_000_000 + Math.floor((TODAY + ms - START) / MINUTE));
const operator = { token: "operator", name: "operator", metadata: { operator: "ops" }, remote: "local" };
const write = (at: number, secret: string, version: number): Event => ({
  at,
  operation: "update",
  path: path("prod", secret),
  ...operator,
  version,
});
const old = (at: number, version = 1): Event => ({
  at,
  path: path("prod", "rates"),
  token: "late",
  metadata: { ...cell("serve", "prod"), run: "9", job: "serve.yml", commit: "c".repeat(40) },
  remote: "10.1.2.9",
  version,
});

interface Scenario {
  readonly title: string;
  readonly events: readonly Event[];
  /** Every alert's words, in order; `harmless` has none. */
  readonly says: readonly string[];
  readonly harmless: readonly Event[];
}

const scenarios: readonly Scenario[] = [
  {
    title: "a superseded version is read hours later | within the grace period, and a rollback",
    events: [write(TODAY, "rates", 1), write(TODAY + HOUR, "rates", 2), old(TODAY + 3 * HOUR + MINUTE)],
    says: [
      "superseded-version: fraud/serve in prod read version 1 of secret/fraud/prod/rates, which version 2 replaced 2 hours ago, job serve.yml, run 9, commit cccccccccccc",
    ],
    harmless: [
      write(TODAY, "rates", 1),
      write(TODAY + HOUR, "rates", 2),
      old(TODAY + 1.9 * HOUR),
      { ...old(TODAY + 9 * HOUR), ...operator },
      write(TODAY + 9 * HOUR + 2_000, "rates", 3),
    ],
  },
  {
    title:
      "a run's token goes on after it was revoked | the straggler of a job, and a token that ran out at home",
    events: [
      ...job({
        at: TODAY + 2 * HOUR,
        stage: "train",
        secrets: ["wandb", "hub"],
        remote: "20.9.8.7",
        token: "stolen",
      }),
      {
        at: TODAY + 3 * HOUR,
        path: path("prod", "hub"),
        status: 403,
        remote: "198.51.100.7",
        unknown: "stolen",
      },
      {
        at: TODAY + 3 * HOUR + 1,
        path: path("prod", "wandb"),
        status: 403,
        remote: "198.51.100.7",
        unknown: "stolen",
      },
    ],
    says: [
      `after-revocation: a token of fraud/train in prod was used 50 minutes after it was revoked, from 198.51.100.7, job train.yml, run ${runAt(2 * HOUR)}, commit ${commit}`,
    ],
    harmless: [
      ...job({
        at: TODAY + 2 * HOUR,
        stage: "train",
        secrets: ["wandb", "hub"],
        remote: "20.9.8.7",
        token: "slow",
      }),
      {
        at: TODAY + 2 * HOUR + 10 * MINUTE + 20_000,
        path: path("prod", "hub"),
        status: 403,
        remote: "20.9.8.7",
        unknown: "slow",
      },
      {
        at: TODAY,
        operation: "update",
        path: "auth/approle/login",
        mount: "approle",
        remote: "10.1.3.3",
        asked: { role_id: hmac("r") },
        granted: { token: "agent", metadata: { role_name: "agent" } },
      },
      {
        at: TODAY + 9 * HOUR,
        path: path("prod", "not-mine"),
        status: 403,
        remote: "10.1.3.3",
        unknown: "agent",
      },
    ],
  },
  {
    title: "a token that ran out is tried from elsewhere | from where it was used",
    events: [
      {
        at: TODAY,
        operation: "update",
        path: "auth/approle/login",
        mount: "approle",
        remote: "10.1.3.3",
        asked: { role_id: hmac("r") },
        granted: { token: "agent", metadata: { role_name: "agent" } },
      },
      {
        at: TODAY + 9 * HOUR,
        path: path("prod", "not-mine"),
        status: 403,
        remote: "203.0.113.9",
        unknown: "agent",
      },
    ],
    says: [
      "after-revocation: a token of agent was used after it ran out, from 203.0.113.9, where it never had been used",
    ],
    harmless: [
      {
        at: TODAY,
        operation: "update",
        path: "auth/approle/login",
        mount: "approle",
        remote: "10.1.3.3",
        asked: { role_id: hmac("r") },
        granted: { token: "agent", metadata: { role_name: "agent" } },
      },
      {
        at: TODAY + 9 * HOUR,
        path: path("prod", "not-mine"),
        status: 403,
        remote: "10.1.3.80",
        unknown: "agent",
      },
    ],
  },
  {
    title: "a removed role is tried | one that was removed and made anew, one that another was mistaken for",
    events: [
      {
        at: TODAY,
        operation: "update",
        path: "auth/approle/login",
        mount: "approle",
        remote: "10.1.3.3",
        asked: { role_id: hmac("r") },
        granted: { token: "a", metadata: { role_name: "fraud.old.prod" } },
      },
      {
        at: TODAY + HOUR,
        operation: "delete",
        path: "auth/approle/role/fraud.old.prod",
        mount: "approle",
        status: 204,
        ...operator,
      },
      {
        at: TODAY + 3 * HOUR,
        operation: "update",
        path: "auth/approle/login",
        mount: "approle",
        status: 400,
        remote: "10.1.3.3",
        asked: { role_id: hmac("r") },
      },
    ],
    says: [
      "revoked-identity: a login as fraud.old.prod at approle from 10.1.3.3 was refused, 2 hours after fraud.old.prod was removed",
    ],
    harmless: [
      {
        at: TODAY,
        operation: "update",
        path: "auth/approle/login",
        mount: "approle",
        remote: "10.1.3.3",
        asked: { role_id: hmac("r") },
        granted: { token: "a", metadata: { role_name: "fraud.old.prod" } },
      },
      {
        at: TODAY + HOUR,
        operation: "delete",
        path: "auth/approle/role/fraud.old.prod",
        mount: "approle",
        status: 204,
        ...operator,
      },
      {
        at: TODAY + HOUR + 1,
        operation: "create",
        path: "auth/approle/role/fraud.old.prod",
        mount: "approle",
        status: 204,
        ...operator,
      },
      {
        at: TODAY + 3 * HOUR,
        operation: "update",
        path: "auth/approle/login",
        mount: "approle",
        status: 400,
        remote: "10.1.3.3",
        asked: { role_id: hmac("r") },
      },
      {
        at: TODAY + 4 * HOUR,
        operation: "update",
        path: "auth/github/login",
        mount: "jwt",
        status: 400,
        remote: "20.7.7.7",
        asked: { role: "fraud.train.prod" },
      },
    ],
  },
  {
    title: "a secret has a new reader | a stage that apply has just declared",
    events: job({ at: TODAY + 10 * HOUR, stage: "serve", secrets: ["hub"], remote: "10.1.2.9" }),
    says: [
      `new-reader: fraud/serve in prod read secret/fraud/prod/hub, which only fraud/train in prod had read in the last 28 days, job serve.yml, run ${runAt(10 * HOUR)}, commit ${commit}`,
    ],
    harmless: [
      {
        at: TODAY + 9 * HOUR,
        operation: "update",
        path: "bulkhead/projects/fraud",
        mount: "bulkhead-projects",
        ...operator,
      },
      ...job({ at: TODAY + 10 * HOUR, stage: "serve", secrets: ["hub"], remote: "10.1.2.9" }),
    ],
  },
  {
    title: "development asks for production's key | for its own",
    events: [
      {
        at: TODAY + 11 * HOUR,
        path: path("prod", "openai"),
        status: 403,
        token: "d",
        metadata: { ...cell("train", "dev"), job: "train.yml", run: "77", commit: "abc" },
        remote: "10.2.11.1",
      },
    ],
    says: [
      "wrong-compartment: fraud/train in dev asked for secret/data/fraud/prod/openai, which belongs to the environment prod: refused, job train.yml, run 77, commit abc",
    ],
    harmless: [
      {
        at: TODAY + 11 * HOUR,
        path: path("dev", "openai"),
        status: 403,
        token: "d",
        metadata: { ...cell("train", "dev"), job: "train.yml", run: "77", commit: "abc" },
        remote: "10.2.11.1",
      },
    ],
  },
  {
    title: "serving's token comes from another network | training's does, as always",
    events: job({ at: TODAY + 10 * HOUR, stage: "serve", secrets: ["openai"], remote: "203.0.113.5" }),
    says: [
      `new-network: fraud/serve in prod fetched secret/fraud/prod/openai from 203.0.113.5; in the last 28 days it came from 10.1.2.0/24 alone, job serve.yml, run ${runAt(10 * HOUR)}, commit ${commit}`,
    ],
    harmless: [
      ...job({
        at: TODAY + 2 * HOUR + MINUTE,
        stage: "train",
        secrets: ["wandb", "hub"],
        remote: "203.0.113.5",
      }),
      ...job({ at: TODAY + 10 * HOUR, stage: "serve", secrets: ["openai"], remote: "10.1.2.77" }),
    ],
  },
  {
    title: "somebody new releases | starts development",
    events: job({
      at: TODAY + 9 * HOUR + 1,
      stage: "publish",
      secrets: ["pypi"],
      remote: "10.1.7.4",
      metadata: {
        actor: "mallory",
        ref: "refs/tags/v2",
        workflow: "acme/fraud/.github/workflows/publish.yml@refs/tags/v2",
      },
    }),
    says: [
      `new-actor: mallory started fraud/publish in prod for the first time; in the last 28 days only ana, ben had, job publish.yml, run ${runAt(9 * HOUR)}, commit ${commit}`,
    ],
    harmless: job({
      at: TODAY + 9 * HOUR,
      stage: "train",
      environment: "dev",
      secrets: ["wandb"],
      remote: "10.2.9.1",
      metadata: { actor: "newcomer" },
    }),
  },
  {
    title: "training runs for a branch | publishing for a new tag",
    events: job({
      at: TODAY + 2 * HOUR,
      stage: "train",
      secrets: ["hub"],
      remote: "20.3.8.1",
      metadata: { ref: "refs/heads/patch-1" },
    }),
    says: [
      `new-branch: fraud/train in prod fetched secret/fraud/prod/hub for refs/heads/patch-1; in the last 28 days it ran for refs/heads/main alone, job train.yml, run ${runAt(2 * HOUR)}, commit ${commit}`,
    ],
    harmless: job({
      at: TODAY + 9 * HOUR,
      stage: "publish",
      secrets: ["pypi"],
      remote: "10.1.7.4",
      metadata: { ref: "refs/tags/v9", workflow: "acme/fraud/.github/workflows/publish.yml@refs/tags/v9" },
    }),
  },
  {
    title: "the identity turns up in another workflow | in its own at another commit",
    events: job({
      at: TODAY + 2 * HOUR,
      stage: "train",
      secrets: ["hub"],
      remote: "20.3.8.1",
      metadata: { workflow: "acme/fraud/.github/workflows/debug.yml@refs/heads/main" },
    }),
    says: [
      `new-workflow: fraud/train in prod fetched secret/fraud/prod/hub in acme/fraud/.github/workflows/debug.yml; in the last 28 days it ran in acme/fraud/.github/workflows/train.yml alone, job train.yml, run ${runAt(2 * HOUR)}, commit ${commit}`,
    ],
    harmless: job({
      at: TODAY + 2 * HOUR,
      stage: "train",
      secrets: ["hub"],
      remote: "20.3.8.1",
      metadata: { workflow: "acme/fraud/.github/workflows/train.yml@refs/heads/release" },
    }),
  },
  {
    title: "one token reads in a loop | a hundred jobs read at once",
    events: Array.from(
      { length: 80 },
      (_, n): Event => ({
        at: TODAY + 10 * HOUR + n * 300,
        path: path("prod", "openai"),
        token: "loop",
        metadata: { ...cell("serve", "prod"), run: "5" },
        remote: "10.1.2.9",
        version: 1,
      }),
    ),
    says: [
      "rapid-reads: fraud/serve in prod read secret/fraud/prod/openai 60 times within 17 seconds with one token, run 5",
    ],
    harmless: Array.from(
      { length: 100 },
      (_, n): Event => ({
        at: TODAY + 10 * HOUR + n * 300,
        path: path("prod", "openai"),
        token: `pod ${n}`,
        metadata: { ...cell("serve", "prod"), run: "5" },
        remote: "10.1.2.9",
        version: 1,
      }),
    ),
  },
  {
    title: "one token reads all there is | the backup does, as every night",
    events: Array.from(
      { length: 30 },
      (_, n): Event => ({
        at: TODAY + 10 * HOUR + n * 1_000,
        path: path("prod", `new-${n}`),
        token: "s",
        metadata: { ...cell("serve", "prod"), run: "6" },
        remote: "10.1.2.9",
        version: 1,
      }),
    ),
    says: [
      "sweep: fraud/serve in prod read 20 secrets within 19 seconds, secret/fraud/prod/new-19 the last of them; before that never more than 1 at a time, run 6",
    ],
    harmless: Array.from(
      { length: 60 },
      (_, n): Event => ({
        at: TODAY + 10 * HOUR + n * 1_000,
        path: path("prod", `part-${n}`),
        token: "b",
        name: "approle-backup",
        metadata: { role_name: "backup" },
        remote: "10.1.9.9",
        version: 1,
      }),
    ),
  },
  {
    title: "somebody tries paths | the same path over and over",
    events: Array.from(
      { length: 12 },
      (_, n): Event => ({
        at: TODAY + 10 * HOUR + n * 1_000,
        path: `kv/x${n}`,
        status: 403,
        token: "t",
        name: "approle-agent",
        metadata: { role_name: "agent" },
        remote: "10.1.3.3",
      }),
    ),
    says: [
      "refusals: approle-agent was refused 8 different paths within 7 seconds: kv/x0, kv/x1, kv/x2 and 5 more",
    ],
    harmless: Array.from(
      { length: 50 },
      (_, n): Event => ({
        at: TODAY + 10 * HOUR + n * 1_000,
        path: `kv/x${n % 3}`,
        status: 403,
        token: "t",
        name: "approle-agent",
        metadata: { role_name: "agent" },
        remote: "10.1.3.3",
      }),
    ),
  },
  {
    title: "a password is guessed | mistyped",
    events: Array.from(
      { length: 15 },
      (_, n): Event => ({
        at: TODAY + 10 * HOUR + n * 2_000,
        operation: "update",
        path: `auth/userpass/login/u${n}`,
        mount: "userpass",
        status: 400,
        remote: "198.51.100.9",
      }),
    ),
    says: [
      "failed-logins: 10 logins at userpass from 198.51.100.0/24 failed within 18 seconds, none between them succeeded",
    ],
    harmless: Array.from(
      { length: 15 },
      (_, n): Event => ({
        at: TODAY + 10 * HOUR + n * 2_000,
        operation: "update",
        path: "auth/userpass/login/ana",
        mount: "userpass",
        status: n % 5 === 4 ? 200 : 400,
        remote: "198.51.100.9",
        ...(n % 5 === 4 && { granted: { token: `a${n}`, metadata: { username: "ana" } } }),
      }),
    ),
  },
  {
    title: "the nightly job runs at noon | two hours late",
    events: job({ at: TODAY + 13 * HOUR, stage: "train", secrets: ["hub"], remote: "20.3.8.1" }),
    says: [
      `off-schedule: fraud/train in prod fetched secret/fraud/prod/hub at 13:00 UTC on a working day; on 21 such days it ran at 02 UTC alone, job train.yml, run ${runAt(13 * HOUR)}, commit ${commit}`,
    ],
    harmless: job({
      at: TODAY + 4 * HOUR + 10 * MINUTE,
      stage: "train",
      secrets: ["hub"],
      remote: "20.3.8.1",
    }),
  },
];

test("a month of usual work has no anomaly; it is read as that", () => {
  assert.deepEqual(texts([...morning, ...found([])]), []);
  assert.ok(MONTH.length > 2_000);
  const fold = foldOf();
  for (const record of recordsOfAll(MONTH)) fold.take(record);
  assert.equal(fold.unread, 0);
});

for (const { title, events, says, harmless } of scenarios) {
  const [bad = "", good = ""] = title.split(" | ");
  test(`said, once and in these words: ${bad}`, () => assert.deepEqual(texts(found(events)), says));
  test(`silent: ${good}`, () => assert.deepEqual(texts(found(harmless)), []));
}

test("every rule has a scenario, is silent when it is off, and only then", () => {
  const spoken = new Set<string>();
  for (const { events, says } of scenarios) {
    const id = says[0]?.split(":")[0] ?? "";
    spoken.add(id);
    assert.deepEqual(texts(found(events, { [id]: { off: true } })), []);
  }
  assert.deepEqual([...spoken].sort(), rules.map(({ id }) => id).sort());
});

test("each setting of each rule changes something or is refused; a wrong one is never obeyed", () => {
  for (const { id, settings } of rules)
    for (const [setting, { kind }] of Object.entries(settings)) {
      checkTuning(id, { settings: { [setting]: kind === "count" ? "3" : "3d" } });
      checkTuning(id, { settings: { [setting]: "" } });
      for (const bad of ["-1", "x", "1e9", "99999999999"])
        assert.throws(
          () => checkTuning(id, { settings: { [setting]: kind === "count" ? bad : `${bad}?` } }),
          { code: "alert.bad-setting" },
        );
    }
  assert.throws(() => checkTuning("sweep", { settings: { __proto__x: "1" } }), { code: "alert.bad-setting" });
  assert.throws(() => checkTuning("swep", {}), { code: "alert.unknown-rule", hint: /sweep/ });
  const tuning = tuned(tuned({}, "sweep", { settings: { secrets: "9" } }), "sweep", {
    settings: { secrets: "" },
    off: true,
  });
  assert.deepEqual(tuning, { sweep: { off: true, settings: {} } });
  const sweeping = scenarios.find(({ says }) => says[0]?.startsWith("sweep"))?.events ?? [];
  assert.match(found(sweeping, { sweep: { settings: { secrets: "5" } } })[0]?.text ?? "", /read 5 secrets/);
  assert.deepEqual(found(sweeping, { sweep: { settings: { secrets: "50" } } }), []);
});

test("what one process learned another goes on with, at any entry", () => {
  const records = recordsOfAll([...MONTH, ...scenarios.flatMap(({ events }) => events)]);
  const whole = foldOf();
  const expected = records.flatMap((record) => whole.take(record)).map(({ subject }) => subject);
  const parts: string[] = [];
  let saved: string | null = null;
  for (let from = 0; from < records.length; from += 3_777) {
    const fold = foldOf({ saved });
    for (const record of records.slice(from, from + 3_777))
      parts.push(...fold.take(record).map(({ subject }) => subject));
    saved = fold.save();
  }
  const lost = expected.filter((one) => !parts.includes(one) && !one.startsWith("superseded-version"));
  assert.deepEqual(lost, []);
  assert.deepEqual(
    parts.filter((one) => !expected.includes(one)),
    [],
  );
});

test("names of the log cannot write in its words", () => {
  const evil = "x\n\u202e<!channel> @here *b* `c` [d](e)\u0000";
  const { events } = scenarios[4] ?? { events: [] };
  const said = found(
    events.map((event) => ({
      ...event,
      ...(event.metadata && {
        metadata: { ...event.metadata, job: evil, commit: evil, run: "r".repeat(9_000) },
      }),
    })),
  );
  assert.ok(said.length > 0);
  for (const { text } of said) {
    assert.doesNotMatch(text, /[\n\u202e\u0000<>*`[\]]|@here/u);
    assert.ok(text.length < 1_200);
  }
});

test("entries of another version, and senseless ones, are counted and nothing else", () => {
  const fold = foldOf();
  const entries: readonly object[] = [
    {},
    { type: "v2" },
    { type: "response" },
    { type: "response", path: 7, operation: "read" },
    { type: "response", path: "a", operation: "read", auth: 7, data: [], granted: "x" },
    { type: "gap" },
    { type: "recovered" },
    JSON.parse(
      '{"type":"response","path":"__proto__","operation":"read","auth":{"metadata":{"__proto__":"x"}}}',
    ) as object,
  ];
  for (const [seq, entry] of entries.entries())
    assert.deepEqual(
      fold.take({
        segment: "1",
        seq,
        time: "2026-03-02T00:00:00.000Z",
        entry: entry as Record<string, unknown>,
      }),
      [],
    );
  assert.equal(fold.unread, 4);
  assert.deepEqual(
    fold.take({
      segment: "1",
      seq: 99,
      time: "never",
      entry: { type: "response", path: "a", operation: "read" },
    }),
    [],
  );
});

test("what it remembers is bounded, whoever writes", () => {
  const fold = foldOf();
  let seq = 0;
  for (let n = 0; n < 2_500; n++)
    for (const record of recordsOf(
      {
        at: START + n * 1_000,
        path: `secret/data/p${n}/prod/${"k".repeat(200)}`,
        token: `t${n}`,
        metadata: { ...cell(`s${n}`, "prod"), actor: "a".repeat(5_000), ref: `refs/heads/${n}` },
        remote: `10.${n % 250}.${n % 199}.1`,
        version: 1,
      },
      (seq += 2),
    ))
      fold.take(record);
  assert.ok(fold.save().length < 8 * 1024 * 1024, String(fold.save().length));
});

test("a clock that jumps ahead for one entry does not stop the rules", () => {
  const fold = foldOf();
  const asked = (at: number): Event => ({
    ...{ at, path: path("prod", "openai"), status: 403, token: "d", metadata: cell("train", "dev") },
  });
  const times = [START, START + 365 * DAY, START + 3 * HOUR, START + 6 * HOUR];
  const rulesFound = times
    .flatMap((at, n) => recordsOf(asked(at), 2 * n + 1))
    .flatMap((record) => fold.take(record));
  assert.equal(rulesFound.length, times.length);
});
