import assert from "node:assert/strict";
import test from "node:test";
import type { Used } from "../core/receipt.ts";
import { requireManifest } from "./parse.ts";
import { type Period, type RunUses, sizeEntries, withoutEntries } from "./rightsize.ts";

const TEXT = `project: demo   # ours
owner: team@example.com
secrets:
  openai: { provider: openai, purpose: explains }
  wandb: { provider: wandb, purpose: tracks }
  db: { kind: database, purpose: reads }

stages:
  train:
    run: python train.py
    # what it may use
    use:
      OPENAI_API_KEY: openai            # for the scores
      # the tracker
      WANDB:
        secret: wandb
        as: file                        # a file

      DB: { compose: "postgres://\${db.user}:\${db.password}@h/d" }
    ttl: 30m
  other: { use: [ openai , wandb ], run: "true" }   # inline
  last:
    use:
      - wandb   # the only one
`;
const manifest = requireManifest(TEXT);

const yes: Used = "yes";
const no: Used = "no";
const open: Used = "unknown";

const run = (uses: Partial<Record<"openai" | "wandb", Used>>, more: Partial<RunUses> = {}): RunUses => ({
  stage: "train",
  proven: true,
  representative: true,
  values: [
    ...(uses.openai === undefined
      ? []
      : [{ variable: "OPENAI_API_KEY", secret: "openai", used: uses.openai }]),
    ...(uses.wandb === undefined ? [] : [{ variable: "WANDB", secret: "wandb", used: uses.wandb }]),
  ],
  ...more,
});

/** Of `OPENAI_API_KEY` of `train`. */
const verdict = (period: Partial<Period>): string => {
  const all = sizeEntries(TEXT, manifest, { runs: [], unseen: [], ...period });
  const one = all.find(({ stage, name }) => stage === "train" && name === "OPENAI_API_KEY");
  return `${one?.verdict ?? "none"} ${one?.runs ?? 0}`;
};

test("a grant is unused only when every run of the period proves it", () => {
  const weak = { representative: false };
  const loose = { proven: false };
  const rows: readonly [string, Partial<Period>, string][] = [
    ["no run", {}, "unknown 0"],
    ["used", { runs: [run({ openai: yes })] }, "used 1"],
    ["unused", { runs: [run({ openai: no })] }, "unused 1"],
    ["unknown", { runs: [run({ openai: open })] }, "unknown 0"],
    ["unused twice", { runs: [run({ openai: no }), run({ openai: no })] }, "unused 2"],
    ["unused, used", { runs: [run({ openai: no }), run({ openai: yes })] }, "used 1"],
    ["unused, unknown", { runs: [run({ openai: no }), run({ openai: open })] }, "unknown 0"],
    ["unknown, used", { runs: [run({ openai: open }), run({ openai: yes })] }, "used 1"],
    [
      "unused, unknown, used",
      { runs: [run({ openai: no }), run({ openai: open }), run({ openai: yes })] },
      "used 1",
    ],
    ["not given", { runs: [run({})] }, "unknown 0"],
    ["not given, unused", { runs: [run({}), run({ openai: no })] }, "unused 1"],
    ["not given, used", { runs: [run({}), run({ openai: yes })] }, "used 1"],
    ["unused by a run that failed", { runs: [run({ openai: no }, weak)] }, "unknown 0"],
    ["used by a run that failed", { runs: [run({ openai: yes }, weak)] }, "used 1"],
    [
      "unused, and by one that failed",
      { runs: [run({ openai: no }), run({ openai: no }, weak)] },
      "unused 1",
    ],
    ["unknown in one that failed", { runs: [run({ openai: no }), run({ openai: open }, weak)] }, "unknown 0"],
    ["unused, not signed", { runs: [run({ openai: no }, loose)] }, "unknown 0"],
    ["used, not signed", { runs: [run({ openai: yes }, loose)] }, "used 1"],
    ["unused, and one not signed", { runs: [run({ openai: no }), run({ openai: no }, loose)] }, "unknown 0"],
    ["unused, and one not signed without it", { runs: [run({ openai: no }), run({}, loose)] }, "unknown 0"],
    ["a run without a receipt", { runs: [run({ openai: no })], unseen: ["train"] }, "unknown 0"],
    ["used, a run without a receipt", { runs: [run({ openai: yes })], unseen: ["train"] }, "used 1"],
    ["a receipt of nobody knows which stage", { runs: [run({ openai: no })], unseen: [null] }, "unknown 0"],
    ["another stage's without a receipt", { runs: [run({ openai: no })], unseen: ["other"] }, "unused 1"],
    ["another stage's run", { runs: [run({ openai: no }, { stage: "other" })] }, "unknown 0"],
    [
      "another stage's use",
      { runs: [run({ openai: no }), run({ openai: yes }, { stage: "other" })] },
      "unused 1",
    ],
    [
      "the variable held another secret then",
      { runs: [run({}, { values: [{ variable: "OPENAI_API_KEY", secret: "old", used: no }] })] },
      "unknown 0",
    ],
  ];
  for (const [what, period, wanted] of rows) assert.equal(verdict(period), wanted, what);
});

test("of several values behind one entry all must be unused", () => {
  const db = (...used: Used[]): RunUses =>
    run({}, { values: used.map((one) => ({ variable: "DB", secret: "db", used: one })) });
  const of = (one: RunUses): string | undefined =>
    sizeEntries(TEXT, manifest, { runs: [one], unseen: [] }).find(({ name }) => name === "DB")?.verdict;
  assert.deepEqual([of(db(no, no)), of(db(no, open)), of(db(open, yes))], ["unused", "unknown", "used"]);
  const listed = run(
    {},
    { stage: "other", values: [{ variable: "WANDB_API_KEY", secret: "wandb", used: no }] },
  );
  const all = sizeEntries(TEXT, manifest, { runs: [listed], unseen: [] });
  assert.deepEqual(
    all.map(({ stage, name, verdict: is }) => `${stage}.${name} ${is}`),
    [
      ...["train.OPENAI_API_KEY unknown", "train.WANDB unknown", "train.DB unknown"],
      ...["other.openai unknown", "other.wandb unused", "last.wandb unknown"],
    ],
  );
});

const without = (...entries: string[]): string =>
  withoutEntries(
    TEXT,
    entries.map((entry) => {
      const [stage = "", name = ""] = entry.split(".");
      return { stage, name };
    }),
  );

test("entries go, and every other character stays", () => {
  const line = "      OPENAI_API_KEY: openai            # for the scores\n";
  const wandb = "      WANDB:\n        secret: wandb\n        as: file                        # a file\n";
  const db = '      DB: { compose: "postgres://${db.user}:${db.password}@h/d" }\n';
  const rows: readonly [readonly string[], readonly [string, string][]][] = [
    [["train.OPENAI_API_KEY"], [[line, ""]]],
    [["train.WANDB"], [[wandb, ""]]],
    [["train.DB"], [[db, ""]]],
    [
      ["train.OPENAI_API_KEY", "train.DB"],
      [
        [line, ""],
        [db, ""],
      ],
    ],
    [["other.openai"], [["[ openai , wandb ]", "[ wandb ]"]]],
    [["other.wandb"], [["[ openai , wandb ]", "[ openai ]"]]],
    [["other.wandb", "other.openai"], [["[ openai , wandb ]", "[]"]]],
    [["last.wandb"], [["    use:\n      - wandb   # the only one\n", "    use: []\n"]]],
    [["train.nothing", "none.openai"], []],
  ];
  for (const [entries, changes] of rows) {
    let wanted = TEXT;
    for (const [from, to] of changes) {
      assert.ok(wanted.includes(from));
      wanted = wanted.replace(from, () => to);
    }
    assert.equal(without(...entries), wanted, entries.join());
  }
  const none = without("train.OPENAI_API_KEY", "train.WANDB", "train.DB");
  assert.ok(none.includes("    use: []\n      # the tracker\n\n    ttl: 30m\n"), none);
  const crlf = TEXT.replaceAll("\n", "\r\n");
  assert.equal(
    withoutEntries(crlf, [{ stage: "train", name: "WANDB" }]),
    without("train.WANDB").replaceAll("\n", "\r\n"),
  );
  const cut = TEXT.trimEnd();
  assert.equal(withoutEntries(cut, [{ stage: "train", name: "DB" }]), without("train.DB").trimEnd());
});

test("whatever goes, what is left is the declaration without it", () => {
  const all = sizeEntries(TEXT, manifest, { runs: [], unseen: [] });
  for (let bits = 0; bits < 1 << all.length; bits++) {
    const gone = all.filter((_, n) => (bits >> n) & 1);
    const left = withoutEntries(TEXT, gone);
    const kept = sizeEntries(left, requireManifest(left), { runs: [], unseen: [] });
    assert.deepEqual(
      kept.map(({ stage, name }) => `${stage}.${name}`),
      all.filter((one) => !gone.includes(one)).map(({ stage, name }) => `${stage}.${name}`),
    );
    const comments = (text: string): number =>
      text.match(/# (ours|what it may use|the tracker|inline)/g)?.length ?? 0;
    assert.equal(comments(left), 4);
  }
});
