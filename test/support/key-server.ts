/**
 * A provider of keys with state: makes, lists and revokes them as a vendor's page says, answers who shows a live one and refuses who
 * shows a dead one. What can go wrong at a provider is ordered by the test, a step at a time.
 */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fake } from "./fake.ts";
import { type ServedKey, type Vendor, vendors } from "./key-vendors.ts";

export type Ask = "mint" | "revoke" | "list" | "check" | "rights";

/** `lost`: done, and the connection breaks; `twice`: done two times; `lies`: says yes and does nothing; `late`: the effect comes later. */
export type Fault =
  | "429"
  | "500"
  | "lost"
  | "empty"
  | "old"
  | "twice"
  | "lies"
  | "late"
  | "slow"
  | "garbage"
  | "denied";

interface State {
  readonly key: ServedKey;
  alive: boolean;
  /** Checks that it refuses before it is known everywhere. */
  unknownFor: number;
  /** Checks that it still passes after its end. */
  lingersFor: number;
}

export interface KeyServer {
  readonly url: string;
  /** A key that is there from the beginning. */
  add(name?: string): ServedKey;
  readonly admin: string;
  /** The next `times` requests of this sort go wrong so; the oldest order first. */
  order(ask: Ask, fault: Fault, times?: number): void;
  live(): ServedKey[];
  /** Requests of each sort so far. */
  readonly counts: Readonly<Record<Ask, number>>;
  /** Called before each request is answered. */
  before: ((ask: Ask) => void) | null;
  stop(): Promise<void>;
}

export async function startKeyServer(name: keyof typeof vendors | string): Promise<KeyServer> {
  const vendor = vendors[name];
  if (vendor === undefined) throw new TypeError(`no vendor ${name}`);
  const keys = new Map<string, State>();
  const orders: { ask: Ask; fault: Fault; times: number }[] = [];
  const counts: Record<Ask, number> = { mint: 0, revoke: 0, list: 0, check: 0, rights: 0 };
  let last = 0;
  const add = (label: string): State => {
    const id = `id${++last}x${label.slice(-4)}`.replace(/[^\w]/g, "");
    const state = {
      key: { id, name: label, value: fake(vendor.prefix, 48) },
      alive: true,
      unknownFor: 0,
      lingersFor: 0,
    };
    keys.set(id, state);
    return state;
  };
  const admin = fake("admin-", 40);
  const self: KeyServer = {
    url: "",
    add: (label = "by-hand") => add(label).key,
    admin,
    order: (ask, fault, times = 1) => void orders.push({ ask, fault, times }),
    live: () => [...keys.values()].filter(({ alive }) => alive).map(({ key }) => key),
    counts,
    before: null,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const faultOf = (ask: Ask): Fault | null => {
    const found = orders.find((one) => one.ask === ask && one.times > 0);
    if (found === undefined) return null;
    found.times--;
    return found.fault;
  };
  const server: Server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([key, value]) => [key, String(value)]),
    );
    const path = (request.url ?? "").split("?")[0] ?? "";
    const say = (status: number, value: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(typeof value === "string" ? value : JSON.stringify(value));
    };
    const ask = askOf(vendor as Vendor, request.method ?? "", path, headers, admin);
    if (ask === null) return say(404, { error: "no such route" });
    counts[ask]++;
    self.before?.(ask);
    const fault = faultOf(ask);
    if (fault === "429" || fault === "500") return say(Number(fault), { error: "not now" });
    if (fault === "denied") return say(403, { error: "no" });
    if (fault === "slow") await sleep(150);
    if (fault === "garbage") return say(200, "<html>not what you think");
    const { credential, checked = credential } = vendor as Vendor;
    if (ask === "check") {
      const state = [...keys.values()].find(({ key }) => key.value === checked(headers));
      if (state !== undefined && state.unknownFor > 0 && state.unknownFor-- > 0)
        return say(401, { error: "unknown key" });
      const passes = state !== undefined && (state.alive || state.lingersFor-- > 0);
      return passes ? say(200, vendor?.self?.(state.key) ?? { ok: true }) : say(401, { error: "dead key" });
    }
    const minter = credential(headers);
    const isKey = [...keys.values()].some(({ key, alive }) => alive && key.value === minter);
    if (minter !== admin && !isKey) return say(401, { error: "not an admin" });
    if (ask === "rights") return say(200, vendor?.rights?.[2]);
    if (ask === "list") return say(200, vendor?.listed?.(self.live()) ?? []);
    if (ask === "mint") {
      for (const [member, wanted] of Object.entries(vendor?.rights?.[3] ?? {}))
        if (JSON.stringify(body[member]) !== JSON.stringify(wanted))
          return say(400, { error: `without ${member}` });
      if (fault === "empty") {
        add(vendor?.nameOf(body) ?? "");
        return say(200, { ok: true });
      }
      if (fault === "old") return say(200, vendor?.made([...keys.values()][0]?.key as ServedKey));
      const made = add(vendor?.nameOf(body) ?? "");
      if (fault === "twice") add(vendor?.nameOf(body) ?? "");
      if (fault === "late") made.unknownFor = 3;
      if (fault === "lost") return void response.destroy();
      return say(200, vendor?.made(made.key));
    }
    const id =
      (vendor as Vendor).revoke[1].exec(path)?.[1] ??
      vendor?.idOf?.(
        body,
        [...keys.values()].map(({ key }) => key),
      ) ??
      "";
    const state = keys.get(id);
    if (state === undefined || !state.alive) return say(404, { error: "no such key" });
    if (fault !== "lies") state.alive = false;
    if (fault === "late") state.lingersFor = 3;
    if (fault === "lost") return void response.destroy();
    say(200, { deleted: true });
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(self, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

/** One route may serve two asks: with the admin's key it is the list, with another one the check. */
function askOf(
  vendor: Vendor,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  admin: string,
): Ask | null {
  const fits = ([wanted, pattern]: readonly [string, RegExp]): boolean =>
    wanted === method && pattern.test(path);
  if (fits(vendor.mint)) return "mint";
  const isAdmin = vendor.credential(headers) === admin;
  if (vendor.rights !== undefined && isAdmin && vendor.rights[0] === method && vendor.rights[1].test(path))
    return "rights";
  if (fits(vendor.revoke)) return "revoke";
  const [list, check] = [vendor.list !== undefined && fits(vendor.list), fits(vendor.check)];
  if (list && check) return isAdmin ? "list" : "check";
  return list ? "list" : check ? "check" : null;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}
