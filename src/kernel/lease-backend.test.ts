/** What a lease asks of the engine behind it: to make it so before it is written, and to have noted a secret before it was made. */
import assert from "node:assert/strict";
import test from "node:test";
import { pluginApi } from "../../test/support/plugin-api.ts";
import { BulkheadError } from "../core/errors.ts";
import { sys } from "../engines/sys/index.ts";
import type { PluginType } from "./plugin.ts";

interface Behind {
  readonly plugin: PluginType;
  readonly renewed: number[];
  readonly ended: string[];
  closed: number;
  fails: boolean;
  /** Called while a renewal is under way. */
  meanwhile: () => Promise<void>;
  noted: boolean;
}

function behind(): Behind {
  const state: Behind = {
    plugin: {
      type: "behind",
      title: "Behind",
      description: "for tests",
      create: () => ({
        paths: [
          {
            pattern: "creds",
            summary: "A secret",
            operations: {
              read: async ({ storage }) => {
                if (state.noted) await storage.put("note/1", Buffer.from("{}"));
                return {
                  data: { made: true },
                  lease: {
                    ttl: 60_000,
                    maxTtl: 600_000,
                    renewable: true,
                    internal: { user: "u" },
                    replaces: "note/1",
                  },
                };
              },
            },
          },
        ],
        revoke: ({ id }) => {
          state.ended.push(id);
          return Promise.resolve();
        },
        renew: async ({ internal, expires }) => {
          assert.deepEqual(internal, { user: "u" });
          const { meanwhile } = state;
          state.meanwhile = () => Promise.resolve();
          await meanwhile();
          if (state.fails) throw new BulkheadError("database.unreachable", { reason: "away" });
          state.renewed.push(expires);
        },
        close: () => {
          state.closed++;
          return Promise.resolve();
        },
      }),
    },
    renewed: [],
    ended: [],
    closed: 0,
    fails: false,
    meanwhile: () => Promise.resolve(),
    noted: true,
  };
  return state;
}

test("a renewal is made at the system behind the lease first, and did not happen when that fails", async (context) => {
  const state = behind();
  const api = await pluginApi(context, { engines: [sys, state.plugin] });
  await api.call("POST", "sys/mounts/behind", { type: "behind" });
  const id = (await api.call("GET", "behind/creds")).textAt("lease_id");
  const renew = (increment: number) => api.call("PUT", "sys/leases/renew", { lease_id: id, increment });
  assert.equal((await renew(300)).get("lease_duration"), 300);
  assert.deepEqual(state.renewed, [api.clock.now() + 300_000]);
  state.fails = true;
  assert.equal((await renew(500)).status, 502);
  const shown = await api.call("PUT", "sys/leases/lookup", { lease_id: id });
  assert.equal(shown.get("data.ttl"), 300);
  state.fails = false;
  assert.equal((await renew(5_000)).get("lease_duration"), 600, "no longer than its longest life");
  assert.equal(state.renewed.at(-1), api.clock.now() + 600_000);
});

test("a renewal that meets another, or a revocation, sees what the other left", async (context) => {
  const state = behind();
  const api = await pluginApi(context, { engines: [sys, state.plugin] });
  await api.call("POST", "sys/mounts/behind", { type: "behind" });
  const id = (await api.call("GET", "behind/creds")).textAt("lease_id");
  const renew = (increment: number) => api.call("PUT", "sys/leases/renew", { lease_id: id, increment });
  api.clock.advance(1_000);
  state.meanwhile = async () => void (await renew(100));
  assert.equal((await renew(200)).status, 200);
  const ttl = Number((await api.call("PUT", "sys/leases/lookup", { lease_id: id })).get("data.ttl"));
  assert.equal((state.renewed.at(-1) ?? 0) - api.clock.now(), ttl * 1_000, "the lease and the system agree");
  api.clock.advance(150_000);
  await api.kernel.tidy();
  assert.deepEqual(state.ended, [], "nothing of the shorter one is left to end it");
  state.meanwhile = async () => void (await api.call("PUT", "sys/leases/revoke", { lease_id: id }));
  assert.equal((await renew(300)).status, 400);
  assert.equal((await api.call("PUT", "sys/leases/lookup", { lease_id: id })).status, 400);
});

test("a lease takes the place of its secret's note; without the note the secret is ended and not shown", async (context) => {
  const state = behind();
  const api = await pluginApi(context, { engines: [sys, state.plugin] });
  await api.call("POST", "sys/mounts/behind", { type: "behind" });
  const notes = async (): Promise<number> =>
    (await api.rows("logical/")).filter((row) => row.endsWith("note/1")).length;
  assert.equal((await api.call("GET", "behind/creds")).status, 200);
  assert.equal(await notes(), 0);
  state.noted = false;
  const late = await api.call("GET", "behind/creds");
  assert.equal(late.status, 503);
  assert.equal(late.get("data"), undefined);
  assert.equal(state.ended.length, 1);
});

test("a backend lets go of what it holds when its mount is changed or gone, and before a seal", async (context) => {
  const state = behind();
  const api = await pluginApi(context, { engines: [sys, state.plugin] });
  await api.call("POST", "sys/mounts/behind", { type: "behind" });
  await api.call("GET", "behind/creds");
  await api.call("POST", "sys/mounts/behind/tune", { description: "other" });
  await api.call("GET", "behind/creds");
  assert.equal(state.closed, 1);
  await api.call("DELETE", "sys/mounts/behind");
  assert.equal(state.closed, 2);
  await api.call("POST", "sys/mounts/behind", { type: "behind" });
  await api.call("GET", "behind/creds");
  await api.kernel.seal();
  assert.equal(state.closed, 3);
});
