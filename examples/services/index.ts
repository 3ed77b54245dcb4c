/**
 * The outside world of the example pipeline, on loopback: a model API, a model hub, an experiment tracker, a data server, each
 * with its own address and keys, and the sink to which the demonstration's poisoned dependency sends what it collected.
 * Nothing here listens beyond 127.0.0.1; keys are held as digests and never appear in the request log.
 */
import { createHash } from "node:crypto";
import type { Server } from "node:http";
import { fake } from "../../test/support/fake.ts";
import { close, keyOf, listen, type Reply, type ServiceRequest } from "./http.ts";
import { createSink, type Sink } from "./sink.ts";
import { keyEndpoint } from "./keys.ts";
import { vendors, type VendorName } from "./vendors.ts";

export { countStolen } from "./stolen.ts";
export type { Sink, SinkPiece, Collection } from "./sink.ts";
export type { VendorName } from "./vendors.ts";

/** The variables whose values the vendors accept; others are ignored, so that a whole `.env` may be handed in. */
export const KEY_VARIABLES = {
  openai: "OPENAI_API_KEY",
  huggingface: "HF_TOKEN",
  wandb: "WANDB_API_KEY",
  features: "FEATURES_TOKEN",
} as const satisfies Record<VendorName, string>;

export interface RequestRecord {
  readonly service: VendorName | "sink";
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

export interface Services {
  /** Base address of each vendor, as its client's variable wants it (the model API's ends in `/v1`). */
  readonly urls: Readonly<Record<VendorName, string>>;
  /** The same as variables: OPENAI_BASE_URL, HF_ENDPOINT, WANDB_BASE_URL, FEATURES_URL. */
  readonly env: Readonly<Record<string, string>>;
  /** The model API's admin key. */
  readonly admin: string;
  readonly sinkUrl: string;
  readonly sink: Sink;
  readonly requests: readonly RequestRecord[];
  /** From now on the vendor takes this key too. */
  accept(vendor: VendorName, key: string): void;
  /** From now on the vendor refuses this key with 401. */
  revoke(vendor: VendorName, key: string): void;
  stop(): Promise<void>;
}

const digest = (key: string): string => createHash("sha256").update(key).digest("hex");

export interface ServicesOptions {
  /** Variable name to value (a `Map` of the workspace's secrets fits). A vendor without a key refuses everyone. */
  readonly keys: ReadonlyMap<string, string>;
  /** Where to listen, by the name of the service; a free port where it is not given. */
  readonly ports?: Readonly<Partial<Record<RequestRecord["service"], number>>> | undefined;
}

export async function startServices({ keys, ports = {} }: ServicesOptions): Promise<Services> {
  const requests: RequestRecord[] = [];
  const servers: Server[] = [];
  const accepted = new Map<VendorName, Set<string>>();
  const sink = createSink();
  const start = async (
    service: RequestRecord["service"],
    handler: (request: ServiceRequest) => Reply,
  ): Promise<string> => {
    const { server, port } = await listen((request) => {
      const reply = handler(request);
      requests.push({ service, method: request.method, path: request.path, status: reply.status });
      return reply;
    }, ports[service]);
    servers.push(server);
    return `http://127.0.0.1:${port}`;
  };
  const setOf = (vendor: VendorName): Set<string> => {
    const known = accepted.get(vendor) ?? new Set<string>();
    accepted.set(vendor, known);
    return known;
  };
  const urls: Record<VendorName, string> = { openai: "", huggingface: "", wandb: "", features: "" };
  const env: Record<string, string> = {};
  const admin = fake("sk-admin-", 60);
  const keysOfModels = keyEndpoint(keys.get(KEY_VARIABLES.openai) ?? "", {
    accept: (key) => void setOf("openai").add(digest(key)),
    revoke: (key) => void setOf("openai").delete(digest(key)),
  });
  for (const vendor of vendors) {
    const key = keys.get(KEY_VARIABLES[vendor.name]);
    if (key !== undefined) setOf(vendor.name).add(digest(key));
    const origin = await start(vendor.name, (request) => {
      const offered = keyOf(request.headers);
      const byAdmin = vendor.name === "openai" && offered === admin;
      const administered = byAdmin ? keysOfModels(request) : null;
      if (administered !== null) return administered;
      const known = offered !== null && setOf(vendor.name).has(digest(offered));
      return known ? vendor.serve(request) : vendor.refuse(offered !== null);
    });
    urls[vendor.name] = `${origin}${vendor.base}`;
    env[vendor.variable] = urls[vendor.name];
  }
  const sinkUrl = `${await start("sink", sink.handle)}/collect`;
  return {
    urls,
    env,
    admin,
    sinkUrl,
    sink,
    requests,
    accept: (vendor, key) => void setOf(vendor).add(digest(key)),
    revoke: (vendor, key) => void setOf(vendor).delete(digest(key)),
    stop: async () => {
      await Promise.all(servers.map(close));
    },
  };
}
