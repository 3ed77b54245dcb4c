/** Random sequences of kv operations against a plain model of what the engine promises. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { type Answer, type PluginApi, pluginApi } from "../../../test/support/plugin-api.ts";
import { scale } from "../../../test/support/scale.ts";
import { kv } from "./index.ts";

interface ModelVersion {
  value: Record<string, number>;
  /** 0: never. */
  deleted: number;
  destroyed: boolean;
}
interface ModelSecret {
  current: number;
  max: number;
  cas: boolean;
  after: number;
  versions: Map<number, ModelVersion>;
}

type Step =
  | {
      readonly kind: "put" | "patch";
      readonly path: string;
      readonly cas: number | null;
      readonly value: Record<string, number>;
    }
  | { readonly kind: "get"; readonly path: string; readonly version: number }
  | { readonly kind: "drop" | "erase"; readonly path: string }
  | {
      readonly kind: "delete" | "undelete" | "destroy";
      readonly path: string;
      readonly versions: readonly number[];
    }
  | {
      readonly kind: "set";
      readonly path: string;
      readonly max: number;
      readonly cas: boolean;
      readonly after: number;
    }
  | { readonly kind: "wait"; readonly seconds: number };

const path = fc.constantFrom("a", "a/1", "b");
const cas = fc.option(fc.integer({ min: 0, max: 4 }), { freq: 3 });
const value = fc.dictionary(fc.constantFrom("x", "y", "z"), fc.integer({ min: 0, max: 9 }), {
  maxKeys: 3,
  noNullPrototype: true,
});
const versions = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("put" as const), path, cas, value }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("patch" as const), path, cas, value }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("get" as const),
      path,
      version: fc.integer({ min: 0, max: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("drop" as const, "erase" as const), path }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("delete" as const, "undelete" as const, "destroy" as const),
      path,
      versions,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("set" as const),
      path,
      max: fc.integer({ min: 0, max: 3 }),
      cas: fc.boolean(),
      after: fc.constantFrom(0, 5),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 6 }) }),
  },
);

class Model {
  now = 0;
  readonly secrets = new Map<string, ModelSecret>();

  live(version: ModelVersion | undefined): boolean {
    return (
      version !== undefined && !version.destroyed && (version.deleted === 0 || version.deleted > this.now)
    );
  }

  /** The status to expect, and what a read gives. */
  apply(one: Exclude<Step, { kind: "wait" }>): { status: number; value?: Record<string, number> } {
    const secret = this.secrets.get(one.path);
    switch (one.kind) {
      case "put":
        return { status: this.write(one.path, secret, one.cas, one.value) };
      case "patch": {
        const latest = secret?.versions.get(secret.current);
        if (secret === undefined || latest === undefined) return { status: 404 };
        if (!this.casFits(secret, one.cas)) return { status: 400 };
        if (!this.live(latest)) return { status: 404 };
        return { status: this.write(one.path, secret, one.cas, { ...latest.value, ...one.value }) };
      }
      case "get": {
        const version = secret?.versions.get(one.version === 0 ? secret.current : one.version);
        return version !== undefined && this.live(version)
          ? { status: 200, value: version.value }
          : { status: 404 };
      }
      case "erase":
        this.secrets.delete(one.path);
        return { status: 204 };
      case "drop":
        if (secret !== undefined) this.mark(secret, [secret.current], "delete");
        return { status: 204 };
      case "set":
        this.secrets.set(one.path, {
          ...(secret ?? { current: 0, versions: new Map<number, ModelVersion>() }),
          max: one.max,
          cas: one.cas,
          after: one.after * 1_000,
        });
        return { status: 204 };
      case "delete":
      case "undelete":
      case "destroy":
        if (secret !== undefined) this.mark(secret, one.versions, one.kind);
        return { status: 204 };
    }
  }

  private casFits(secret: ModelSecret, wanted: number | null): boolean {
    return wanted === null ? !secret.cas : wanted === secret.current;
  }

  private write(
    name: string,
    known: ModelSecret | undefined,
    wanted: number | null,
    given: Record<string, number>,
  ): number {
    const secret = known ?? {
      current: 0,
      max: 0,
      cas: false,
      after: 0,
      versions: new Map<number, ModelVersion>(),
    };
    if (!this.casFits(secret, wanted)) return 400;
    secret.current++;
    secret.versions.set(secret.current, {
      value: given,
      deleted: secret.after === 0 ? 0 : this.now + secret.after,
      destroyed: false,
    });
    for (const number of secret.versions.keys())
      if (number <= secret.current - (secret.max || 10)) secret.versions.delete(number);
    this.secrets.set(name, secret);
    return 200;
  }

  private mark(
    secret: ModelSecret,
    numbers: readonly number[],
    kind: "delete" | "undelete" | "destroy",
  ): void {
    for (const number of numbers) {
      const version = secret.versions.get(number);
      if (version === undefined) continue;
      if (kind === "destroy") version.destroyed = true;
      else if (kind === "undelete" && !version.destroyed)
        version.deleted = secret.after === 0 ? 0 : this.now + secret.after;
      else if (kind === "delete" && this.live(version)) version.deleted = this.now;
    }
  }
}

async function carryOut(
  api: PluginApi,
  folder: string,
  one: Exclude<Step, { kind: "wait" }>,
): Promise<Answer> {
  const at = (verb: string): string => `secret/${verb}/${folder}/${one.path}`;
  switch (one.kind) {
    case "put":
    case "patch":
      return await api.call(one.kind === "put" ? "POST" : "PATCH", at("data"), {
        data: one.value,
        options: one.cas === null ? {} : { cas: one.cas },
      });
    case "get":
      return await api.call("GET", `${at("data")}?version=${one.version}`);
    case "drop":
      return await api.call("DELETE", at("data"));
    case "erase":
      return await api.call("DELETE", at("metadata"));
    case "set":
      return await api.call("POST", at("metadata"), {
        max_versions: one.max,
        cas_required: one.cas,
        delete_version_after: `${one.after}s`,
      });
    case "delete":
    case "undelete":
    case "destroy":
      return await api.call("POST", at(one.kind), { versions: one.versions });
  }
}

test("the engine answers as the model does", async (context) => {
  const api = await pluginApi(context, { engines: [kv] });
  await api.kernel.services.mounts.mount("secret", "secret/", { type: "kv-v2" });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const folder = `run${run++}`;
      const model = new Model();
      model.now = api.clock.now();
      for (const one of steps) {
        if (one.kind === "wait") {
          api.clock.advance(one.seconds * 1_000);
          model.now = api.clock.now();
          continue;
        }
        const expected = model.apply(one);
        const answer = await carryOut(api, folder, one);
        assert.equal(answer.status, expected.status, JSON.stringify(one));
        if (expected.value !== undefined) assert.deepEqual(answer.get("data.data"), expected.value);
      }
      for (const [name, secret] of model.secrets) {
        const answer = await api.call("GET", `secret/metadata/${folder}/${name}`);
        assert.equal(answer.get("data.current_version"), secret.current);
        assert.deepEqual(
          Object.keys((answer.get("data.versions") ?? {}) as object).map(Number),
          [...secret.versions.keys()].sort((a, b) => a - b),
        );
      }
    }),
    { numRuns: scale(60, 1_500) },
  );
});
