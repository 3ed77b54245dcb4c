/** Renewal and looking for newer versions, against a client whose answers are set: what is asked when, and what is told. */
import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { ApiClient } from "../../client/index.ts";
import type { BulkheadError } from "../../core/errors.ts";
import type { ApiRequest, ApiResponse } from "../../core/ports/api.ts";
import { Secret } from "../../core/secret.ts";
import { type KeepOptions, keep } from "./keep.ts";

interface Kept {
  readonly asked: string[];
  readonly told: BulkheadError[];
  readonly superseded: string[][];
}

type Answer = (path: string, count: number) => { status: number; body: object };

async function during(ms: number, answer: Answer, options: Partial<KeepOptions>): Promise<Kept> {
  const kept: Kept = { asked: [], told: [], superseded: [] };
  const transport = ({ path }: ApiRequest): Promise<ApiResponse> => {
    kept.asked.push(path);
    const { status, body } = answer(path, kept.asked.length);
    return Promise.resolve({ status, headers: {}, body: [Buffer.from(JSON.stringify(body))] });
  };
  const client = new ApiClient({ transport, token: Secret.copy("t") });
  const watch = keep(
    { client, ttl: 0, leases: [], watched: () => [], interval: 20, ...options },
    {
      problem: (error) => kept.told.push(error),
      superseded: (names) => kept.superseded.push([...names]),
    },
  );
  await delay(ms);
  await watch.stop();
  const count = kept.asked.length;
  await delay(60);
  assert.equal(kept.asked.length, count, "nothing is asked after the end");
  return kept;
}

const lives = (seconds: number) => ({
  status: 200,
  body: { auth: { lease_duration: seconds }, lease_duration: seconds },
});

test("a token and a lease are renewed at half of their lives", async () => {
  const leases = [
    { secret: "db", id: "database/creds/x/1", ttl: 1_000, renewable: true },
    { secret: "sts", id: "aws/creds/x/1", ttl: 100, renewable: false },
  ];
  const { asked, told } = await during(900, () => lives(3_600), { ttl: 1_000, leases });
  assert.deepEqual(
    asked.sort(),
    ["auth/token/renew-self", "sys/leases/renew"],
    "each once: the next time is far",
  );
  assert.deepEqual(told, []);
});

test("what cannot be renewed is told once and tried again; what was revoked is not asked for any more", async () => {
  const away = await during(900, () => ({ status: 503, body: { errors: ["away"] } }), { ttl: 1_000 });
  assert.deepEqual(
    away.told.map(({ code }) => code),
    ["run.login-lost"],
  );
  assert.match(away.told[0]?.message ?? "", /away/);
  const gone = await during(2_500, () => ({ status: 403, body: { errors: ["denied"] } }), { ttl: 1_000 });
  assert.deepEqual([gone.asked.length, gone.told.length], [1, 1]);
  const last = await during(900, () => lives(0), { ttl: 1_000 });
  assert.match(last.told[0]?.message ?? "", /its longest life is over/);
});

test("a newer version is told once, by name; an answer that fails is nothing", async () => {
  const watched = () => [
    { secret: "a", metadata: "secret/metadata/a", version: 1 },
    { secret: "b", metadata: "secret/metadata/b", version: 4 },
  ];
  const answer: Answer = (path, count) => {
    if (count < 3) return { status: 500, body: { errors: ["x"] } };
    return { status: 200, body: { data: { current_version: path.endsWith("a") ? 2 : 4 } } };
  };
  const { superseded, told } = await during(400, answer, { watched });
  assert.deepEqual(superseded, [["a"]]);
  assert.deepEqual(told, []);
});
