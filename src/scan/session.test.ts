import assert from "node:assert/strict";
import test from "node:test";
import { fake } from "../../test/support/fake.ts";
import type { CommitRef, Finding, StoredSecretRef } from "../core/finding.ts";
import { createDetector } from "../detect/detector.ts";
import { providers } from "../providers/index.ts";
import type { Sighting } from "./finding.ts";
import { MOST_PLACES } from "./group.ts";
import type { Identifier } from "./identify.ts";
import { settle } from "./session.ts";
import { scanBytes } from "./tree.ts";

const detector = createDetector({ providers });
const hf = (): string => fake("hf_", 34);

async function sightings(
  text: string,
  path = "a.py",
  over: Partial<Finding> = {},
  commit?: CommitRef,
): Promise<Sighting[]> {
  const all: Sighting[] = [];
  for await (const one of scanBytes({ bytes: Buffer.from(text), path, detector })) {
    const place = { ...one.finding.place, ...(commit && { commit }) };
    all.push({ ...one, finding: { ...one.finding, ...over, place } });
  }
  return all;
}
const commit = (day: string, letter: string): CommitRef => ({
  id: letter.repeat(40),
  author: letter,
  email: `${letter}@example.com`,
  date: `${day}T10:00:00+02:00`,
});
const ref = (over: Partial<StoredSecretRef>): StoredSecretRef => ({
  project: "fraud",
  environment: "dev",
  secret: "hub",
  field: "value",
  path: "secret/fraud/dev/hub",
  version: 1,
  current: true,
  production: false,
  stages: [],
  ...over,
});

test("one secret with all its places, first and last commit, the worst severity", async () => {
  const [key, other] = [hf(), hf()];
  const { secrets } = await settle(
    [
      ...(await sightings(
        `\n"${key}"`,
        "b.py",
        { severity: "low", incomplete: "half" },
        commit("2026-03-01", "b"),
      )),
      ...(await sightings(`"${other}"`, "c.py", { severity: "medium" })),
      ...(await sightings(`"${key}" "${key}"`, "a.py", { severity: "high" }, commit("2025-03-01", "a"))),
      ...(await sightings(`"${key}"`, "a.py", { severity: "low" }, commit("2027-03-01", "c"))),
    ],
    {},
  );
  const [worst, second] = secrets;
  assert.equal(secrets.length, 2);
  assert.deepEqual(
    worst?.places.map(({ path, line, column }) => `${path}:${line}:${column}`),
    ["a.py:1:2", "a.py:1:2", "a.py:1:42", "b.py:2:2"],
  );
  assert.deepEqual([worst?.severity, worst?.first?.author, worst?.last?.author], ["high", "a", "c"]);
  assert.equal(worst?.incomplete, undefined, "whole in one place");
  assert.deepEqual([second?.severity, second?.first], ["medium", undefined]);
});

test("the store names a secret, is asked once for each, and production in use is critical", async () => {
  const keys = [hf(), hf(), hf()];
  const asked: string[][] = [];
  const answers = [
    [ref({ current: false, version: 1 }), ref({ production: true, environment: "prod", version: 2 })],
    [ref({ current: false, production: true })],
  ];
  const all = (
    await Promise.all(keys.map((key) => sightings(`"${key}" "${key}"`, key.slice(-4), { severity: "low" })))
  ).flat();
  const hashes = [...new Set(all.map(({ trace }) => trace.sha256))];
  const identifier: Identifier = {
    lookup: (given) => {
      asked.push(given);
      return Promise.resolve(new Map(hashes.slice(0, 2).map((hash, i) => [hash, answers[i] ?? []])));
    },
  };
  const streamed: Finding[] = [];
  const { secrets } = await settle(all, { identifier, onFinding: (finding) => streamed.push(finding) });
  assert.deepEqual(asked.flat().sort(), hashes.sort());
  assert.deepEqual(
    secrets.map(({ severity, stored }) => [severity, stored?.environment, stored?.current]).sort(),
    [
      ["critical", "prod", true],
      ["low", undefined, undefined],
      ["low", "dev", false],
    ],
  );
  assert.equal(streamed.length, 6);
  assert.deepEqual(
    [...new Set(streamed.map(({ stored }) => stored?.environment))].length,
    3,
    "also while it goes on",
  );
});

test("lines are zeroed once judged, values once they are double", async () => {
  const key = hf();
  const all: Sighting[] = [];
  for await (const one of scanBytes({
    bytes: Buffer.from(`x = "${key}" # note\n"${key}"`),
    path: "a",
    detector,
    keepValues: true,
  }))
    all.push(one);
  assert.ok(all[0]?.lines?.line.includes("note"));
  const { secrets, valueOf } = await settle(all, {});
  assert.ok(all.every(({ lines }) => lines?.line.every((byte) => byte === 0)));
  assert.equal(secrets[0] && valueOf(secrets[0])?.revealText(), key);
  assert.throws(() => all[1]?.value?.reveal(), /wiped/);
  const [without] = await sightings(`"${key}"`);
  assert.equal(without?.value, undefined, "kept only when asked");
});

test("a million places are counted, not kept", async () => {
  const [one] = await sightings(`"${hf()}"`);
  assert.ok(one !== undefined);
  const sighting = one;
  function* many(): Generator<Sighting> {
    for (let i = 0; i < MOST_PLACES + 7; i++) yield sighting;
  }
  const { secrets } = await settle(many(), {});
  assert.deepEqual([secrets[0]?.places.length, secrets[0]?.morePlaces], [MOST_PLACES, 7]);
});

test("a failing receiver or store ends the session", async () => {
  const all = await sightings(`"${hf()}"`);
  const failing: Identifier = { lookup: () => Promise.reject(new Error("store is sealed")) };
  await assert.rejects(settle(all, { identifier: failing }), /store is sealed/);
  const broken = (): never => {
    throw new Error("disk is full");
  };
  await assert.rejects(settle(all, { onFinding: broken }), /disk is full/);
});
