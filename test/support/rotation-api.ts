/** A store with one declared secret, its minter and the engine that rotates it: for tests of rotations through the real kernel. */
import type { TestContext } from "node:test";
import type { RotationPorts } from "../../src/core/ports/rotation.ts";
import { kv } from "../../src/engines/kv/index.ts";
import { projects } from "../../src/engines/projects/index.ts";
import { rotations } from "../../src/engines/rotations/index.ts";
import { runs } from "../../src/engines/runs/index.ts";
import type { AnyPlugin } from "../../src/kernel/plugin.ts";
import { type KeyServer, startKeyServer } from "./key-server.ts";
import { vendors } from "./key-vendors.ts";
import { type PluginApi, pluginApi } from "./plugin-api.ts";

export interface RotationApi extends PluginApi {
  readonly server: KeyServer;
  /** The value that is current in the store. */
  current(environment?: string): Promise<string>;
  begin(body?: object): Promise<string>;
  show(id: string): Promise<Shown>;
  /** Goes on until it is over or waits for more than `most` of the store's time. */
  finish(id: string, most?: number): Promise<Shown>;
}

export interface Shown {
  readonly state: string;
  readonly problem: string;
  readonly orphans: readonly string[];
  readonly next_try: string | null;
  readonly steps: readonly { readonly step: string; readonly state: string; readonly note: string }[];
}

export const AT = "bulkhead/rotations";

/** As `apply` stores it. */
export function declarationOf(secrets: readonly object[], more: object = {}): object {
  return {
    environments: [{ name: "dev" }, { name: "prod", production: true }],
    secrets,
    stages: [{ name: "serve", use: [{ secret: "key" }] }],
    owner: "ml@example.com",
    ...more,
  };
}

export interface RotationApiOptions {
  readonly vendor?: string;
  readonly rotation?: RotationPorts;
  readonly rotate?: object;
  readonly declaration?: object;
  /** Of the applied project's secrets, in place of the two: as `apply` writes them. */
  readonly secrets?: (server: KeyServer) => Readonly<Record<string, object>>;
  /** Besides those that every rotation needs. */
  readonly engines?: readonly AnyPlugin[];
  /** Another credential than the vendor's. */
  readonly credential?: { readonly provider: string; readonly parts: object; readonly minter: object | null };
}

export async function rotationApi(
  context: TestContext,
  {
    vendor: name = "openai",
    rotation = {},
    rotate = {},
    declaration = {},
    secrets: applied = () => ({}),
    engines = [],
    credential,
  }: RotationApiOptions = {},
): Promise<RotationApi> {
  const vendor = vendors[name];
  if (vendor === undefined) throw new TypeError(`no vendor ${name}`);
  const server = await startKeyServer(name);
  context.after(() => server.stop());
  const api = await pluginApi(context, {
    engines: [kv, projects, runs, rotations, ...engines],
    rotation: { pace: [1, 1, 1, 1, 1], ...rotation },
  });
  await api.kernel.services.mounts.mount("secret", "secret/", { type: "kv-v2" });
  const secrets = [
    {
      name: "key",
      provider: credential?.provider ?? vendor.provider,
      kind: "model-api",
      plain: [],
      rotate: {
        every: "90d",
        grace: 3_600_000,
        with: "minter",
        url: server.url + (vendor.base ?? ""),
        ...rotate,
      },
    },
    { name: "minter", provider: vendor.provider, kind: "model-api", plain: [], rotate: { every: "90d" } },
  ];
  const declared = await api.call("POST", "bulkhead/projects/fraud", {
    manifest: {
      owner: "ml@example.com",
      environments: { dev: {}, prod: { production: true } },
      secrets: { key: {}, minter: { plain: Object.keys(vendor.minter) }, ...applied(server) },
      stages: { serve: { use: ["key"] } },
    },
    declaration: declarationOf(secrets, declaration),
  });
  if (declared.status !== 200) throw new Error(declared.text);
  const put = (secret: string, data: object) => api.call("POST", `secret/data/fraud/dev/${secret}`, { data });
  const first = server.add();
  await put("key", credential?.parts ?? { [vendor.part ?? "value"]: first.value, ...vendor.fields });
  if (credential?.minter !== null)
    await put("minter", credential?.minter ?? { value: server.admin, ...vendor.minter });
  const show = async (id: string): Promise<Shown> =>
    (await api.call("GET", `${AT}/${id}`)).get("data") as Shown;
  return {
    ...api,
    server,
    show,
    current: async (environment = "dev") =>
      (await api.call("GET", `secret/data/fraud/${environment}/key`)).textAt(
        `data.data.${vendor.part ?? "value"}`,
      ),
    begin: async (body = {}) => {
      const hint = vendor.blind === true ? { old_id: first.id } : {};
      return (
        await api.call("POST", AT, { project: "fraud", environment: "dev", secret: "key", ...hint, ...body })
      ).textAt("data.id");
    },
    finish: async (id, most = 90 * 86_400_000) => {
      let waited = 0;
      for (let round = 0; round < 60; round++) {
        const answer = await api.call("POST", `${AT}/${id}/continue`, {});
        if (answer.status !== 200) throw new Error(answer.text);
        const shown = answer.get("data") as Shown;
        if (["done", "rolled-back", "failed-needs-person"].includes(shown.state) || shown.next_try === null)
          return shown;
        const step = Math.max(0, Date.parse(shown.next_try) - api.clock.now());
        waited += step;
        if (waited > most) return shown;
        api.clock.advance(step);
      }
      throw new Error("it never ends");
    },
  };
}
