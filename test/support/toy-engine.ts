/** A small engine for the kernel's own tests: counts what reaches it, leases, and fails when told to. */
import { BulkheadError } from "../../src/core/errors.ts";
import { RawJson, encodeString } from "../../src/core/json-bytes.ts";
import type { PluginType } from "../../src/kernel/plugin.ts";

export interface Toy {
  readonly plugin: PluginType;
  /** Operation and path of each handler call. */
  readonly calls: string[];
  readonly revoked: string[];
  readonly wiped: string[];
  /** How many of the next revocations fail. */
  failRevocations: number;
}

export function toyEngine(): Toy {
  const toy: Toy = { plugin: {} as PluginType, calls: [], revoked: [], wiped: [], failRevocations: 0 };
  const plugin: PluginType = {
    type: "toy",
    title: "Toy",
    description: "for tests",
    aliases: { "toy-2": { version: "2" } },
    create: () => ({
      paths: [
        {
          pattern: "item/{name}",
          summary: "An item",
          fields: {
            name: { type: "string", plain: true, description: "Name" },
            note: { type: "string", plain: true, description: "In clear" },
            count: { type: "int", description: "A number" },
            value: { type: "secret", description: "A secret" },
            data: { type: "json", description: "Anything" },
          },
          exists: async ({ storage, params }) => (await storage.get(`item/${params.name}`)) !== null,
          operations: {
            create: async (call) => {
              toy.calls.push(`create ${call.path}`);
              const secret = call.fields.secret("value");
              const bytes =
                secret === undefined ? call.fields.json("data")?.bytes : encodeString(secret.reveal());
              await call.storage.put(`item/${call.params.name}`, bytes ?? Buffer.from("null"));
              return undefined;
            },
            update: async (call) => {
              toy.calls.push(`update ${call.path}`);
              await call.storage.put(`item/${call.params.name}`, Buffer.from("null"));
              return { data: { seen: true } };
            },
            patch: (call) => {
              toy.calls.push(`patch ${call.path}`);
              return Promise.resolve(undefined);
            },
            read: async (call) => {
              toy.calls.push(`read ${call.path}`);
              const bytes = await call.storage.get(`item/${call.params.name}`);
              return bytes === null ? null : { data: { stored: new RawJson(bytes) } };
            },
            delete: async (call) => {
              await call.storage.delete(`item/${call.params.name}`);
              return undefined;
            },
          },
        },
        {
          pattern: "item",
          summary: "Items",
          operations: { list: async ({ storage }) => ({ data: { keys: await storage.list("item/") } }) },
        },
        {
          pattern: "creds",
          summary: "A leased secret",
          operations: {
            read: () =>
              Promise.resolve({
                data: { password: "leased-password" },
                lease: { ttl: 60_000, maxTtl: 120_000, renewable: true, internal: { user: "u1" } },
              }),
          },
        },
        {
          pattern: "protected",
          summary: "Needs sudo",
          sudo: true,
          operations: { read: () => Promise.resolve({ data: {} }) },
        },
        {
          pattern: "broken",
          summary: "Fails inside",
          operations: {
            read: () => Promise.reject(new Error("internal detail")),
            update: () => Promise.reject(new BulkheadError("request.invalid", { problem: "said so" })),
          },
        },
      ],
      revoke: ({ id }) => {
        if (toy.failRevocations > 0) {
          toy.failRevocations--;
          return Promise.reject(new Error("the database is away"));
        }
        toy.revoked.push(id);
        return Promise.resolve();
      },
      tokenRevoked: (hash) => {
        toy.wiped.push(hash);
        return Promise.resolve();
      },
    }),
  };
  return Object.assign(toy, { plugin });
}
