/** The database engine answers a long list of requests as a real OpenBao server does, both on one real PostgreSQL; every difference has its reason in the list. */
import { test } from "node:test";
import { database } from "../../src/engines/database/index.ts";
import { sys } from "../../src/engines/sys/index.ts";
import { startBao } from "../support/bao.ts";
import { type DatabaseRequest, databaseRequests } from "../support/database-requests.ts";
import { type Seen, Tally, askOver, compareAll, keepFrom, parse } from "../support/oracle.ts";
import { pluginApi } from "../support/plugin-api.ts";
import { freePort } from "../support/port.ts";
import { NO_POSTGRES, startPostgres } from "../support/postgres.ts";
import { NO_PIP } from "../support/python.ts";

type Side = (request: DatabaseRequest) => Promise<Seen>;

const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
/** Random or made of the time: compared by form. */
const FORMS: Readonly<Record<string, (text: string) => string>> = {
  // the development server's root token is called `token`
  username: (text) =>
    text
      .replace(/^v-(root|token)-(.*)-[0-9A-Za-z]{20}-\d{10}$/, "v-$2-random-time")
      .replace(/_(ours|theirs)$/, ""),
  password: (text) => `${text.length} characters`,
  lease_id: (text) => text.replace(/[0-9A-Za-z]{24}$/, "random"),
  id: (text) => text.replace(/[0-9A-Za-z]{24}$/, "random"),
};

function plain(node: unknown, name = ""): unknown {
  if (typeof node === "string") {
    if (TIME.test(node)) return "time";
    // Go joins several errors into one text with a heading
    return (FORMS[name] ?? ((text) => text))(node.replace(/^1 error occurred:\n\t\* ([^]*?)\n\n$/, "$1"));
  }
  // a second may pass between the request and its answer
  if (typeof node === "number" && (name === "ttl" || name === "lease_duration")) return Math.round(node / 60);
  if (Array.isArray(node)) return node.map((one) => plain(one, name));
  if (node === null || typeof node !== "object") return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => key !== "request_id")
      .map(([key, value]) => [key, plain(value, key)]),
  );
}

/** A side with its own names and what it kept of its own answers. */
function side(ask: Side, names: Readonly<Record<string, string>>): Side {
  const kept = new Map(Object.entries(names));
  const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
  return async (request) => {
    const source = JSON.stringify(request);
    const own = /"(connection_url|password|username|lease_id)":"(\{\{(\w+)\}\})"/g;
    const filled = JSON.parse(
      source.replace(own, (whole, field: string, _, name: string) => {
        const value = kept.get(name);
        return value === undefined ? whole : `"${field}":"${inJson(value)}"`;
      }),
    ) as DatabaseRequest;
    const seen = await ask(filled);
    keepFrom(kept, request.keep, seen.body);
    return { status: seen.status, body: plain(seen.body) };
  };
}

test("the database engine answers as OpenBao's", { timeout: 300_000 }, async (context) => {
  const postgres = await startPostgres();
  if (postgres === null) return context.skip(NO_POSTGRES);
  context.after(() => postgres.stop());
  const bao = await startBao();
  if (bao === null) return context.skip(NO_PIP);
  context.after(() => bao.stop());
  const api = await pluginApi(context, { engines: [sys, database] });
  api.clock.advance(Date.now() - api.clock.now()); // PostgreSQL's clock is the real one
  await postgres.sql("CREATE ROLE app LOGIN; CREATE ROLE app2 LOGIN; CREATE TABLE public.t (x int)");
  for (const name of ["rotor_ours", "rotor_theirs", "rotor2_ours", "rotor2_theirs"])
    await postgres.sql(`CREATE ROLE ${name} LOGIN SUPERUSER PASSWORD '${postgres.password}'`);

  const { port, password } = postgres;
  const url = (at: number, base = "postgres"): string =>
    `postgresql://{{username}}:{{password}}@127.0.0.1:${at}/${base}?sslmode=disable`;
  const names = (which: string): Record<string, string> => ({
    url: url(port),
    closedUrl: url(closed),
    noDatabaseUrl: url(port, "missing"),
    inlineUrl: `postgresql://bulkhead:${password}@127.0.0.1:${port}/postgres?sslmode=disable`,
    words: `host=127.0.0.1 port=${port} user={{username}} password={{password}} dbname=postgres sslmode=disable`,
    root: "bulkhead",
    password,
    rotor: `rotor_${which}`,
    rotor2: `rotor2_${which}`,
    rotorPassword: password,
  });
  const closed = await freePort();
  const askBao = askOver(bao.address, bao.token);
  const askBulkhead: Side = async ({ method, path, body }) => {
    const { status, text } = await api.call(method, path, body);
    return { status, body: parse(text) };
  };
  await askBao({ method: "POST", path: "sys/mounts/database", body: { type: "database" } });
  await api.call("POST", "sys/mounts/database", { type: "database" });

  const tally = await Tally.of("database", { "database/": "database" });
  await compareAll(
    {
      tally,
      theirs: side(askBao, names("theirs")),
      ours: side(askBulkhead, names("ours")),
      judge: (_, ours) => (JSON.stringify(ours).includes(password) ? "it shows the password" : undefined),
    },
    databaseRequests,
  );
  tally.finish();
});
