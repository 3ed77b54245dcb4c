/** A mount that takes every operation on every path and keeps what was written as it came, as a key-value store of version 1 does. */
import { RawJson } from "../../src/core/json-bytes.ts";
import type { PluginType } from "../../src/kernel/plugin.ts";

const keyOf = (path: string): string => `at/${path}`;

export const flatEngine: PluginType = {
  type: "flat",
  title: "Flat",
  description: "for tests",
  create: () => ({
    paths: [
      {
        pattern: "{path*}",
        summary: "Anything",
        exists: async ({ storage, path }) => (await storage.get(keyOf(path))) !== null,
        operations: {
          create: async ({ storage, path, body }) => {
            if (body === null || body.bytes.equals(Buffer.from("{}"))) return { status: 400 };
            await storage.put(keyOf(path), body.bytes);
            return undefined;
          },
          update: async ({ storage, path, body }) => {
            if (body === null || body.bytes.equals(Buffer.from("{}"))) return { status: 400 };
            await storage.put(keyOf(path), body.bytes);
            return undefined;
          },
          read: async ({ storage, path }) => {
            const bytes = await storage.get(keyOf(path));
            return bytes === null ? null : { data: { stored: new RawJson(bytes) } };
          },
          delete: async ({ storage, path }) => {
            await storage.delete(keyOf(path));
            return undefined;
          },
          patch: () => Promise.resolve(undefined),
          list: async ({ storage }) => ({ data: { keys: await storage.list("at/") } }),
          scan: async ({ storage }) => ({ data: { keys: await storage.keys("at/", { limit: 10 }) } }),
        },
      },
    ],
  }),
};
