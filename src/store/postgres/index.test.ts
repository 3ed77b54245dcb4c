/** What only the PostgreSQL store promises: restarts and broken connections, other people's schemas, newer ones, full and read-only servers, TLS. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect as dial, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { inspect } from "node:util";
import { NO_POSTGRES, startPostgres } from "../../../test/support/postgres.ts";
import { scale } from "../../../test/support/scale.ts";
import type { Store } from "../../core/ports/store.ts";
import { Secret } from "../../core/secret.ts";
import { compareKeys } from "../keys.ts";
import { openPostgresStore } from "./index.ts";

const server = await startPostgres();
test.after(() => server?.stop());
let count = 0;

type Body = (context: TestContext, postgres: NonNullable<typeof server>) => Promise<unknown>;

function check(title: string, body: Body): void {
  test(title, server === null ? { skip: NO_POSTGRES } : {}, async (context) => {
    if (server !== null) await body(context, server);
  });
}

async function open(context: TestContext, dsn: string, options: { patience?: number } = {}): Promise<Store> {
  const store = await openPostgresStore({ address: Secret.copy(dsn), ...options });
  context.after(() => store.close());
  return store;
}

const freshSchema = (): string => `t${count++}`;
const put = (store: Store, key: string, value: string): Promise<boolean> =>
  store.put(key, Buffer.from(value));
const text = async (store: Pick<Store, "get">, key: string): Promise<string | null> =>
  (await store.get(key))?.value.toString() ?? null;

check(
  "kill -9 of PostgreSQL in the middle of writes: nothing acknowledged is lost, pairs are whole",
  async (context, postgres) => {
    const store = await open(context, postgres.dsn({ schema: freshSchema() }), { patience: 30_000 });
    const acknowledged: string[] = [];
    let failed = 0;
    for (let round = 0; round < scale(2, 20); round++) {
      let killed = false;
      const writers = [1, 2, 3].map(async (writer) => {
        for (let i = 0; !killed || i < 20; i++) {
          const key = `${round}/${writer}/${i}`;
          try {
            if (i % 2 === 0) await put(store, key, key);
            else
              await store.transaction(async (tx) => {
                tx.put(key, Buffer.from(key));
                tx.put(`pair/${key}`, Buffer.from(key));
              });
            acknowledged.push(key);
          } catch {
            failed++; // its fate may be unknown, never its neighbours'
          }
        }
      });
      const before = acknowledged.length;
      while (acknowledged.length < before + 60) await new Promise((resolve) => setTimeout(resolve, 5));
      await postgres.kill();
      killed = true;
      await postgres.restart();
      await Promise.all(writers);
    }
    context.diagnostic(JSON.stringify({ acknowledged: acknowledged.length, failed }));
    const keys = new Set(await store.list(""));
    assert.deepEqual(
      acknowledged.filter((key) => !keys.has(key)),
      [],
    );
    for (const key of keys) {
      if (key.startsWith("pair/")) assert.ok(keys.has(key.slice(5)), key);
      else if (Number(key.split("/")[2]) % 2 === 1) assert.ok(keys.has(`pair/${key}`), key);
    }
  },
);

check(
  "a restart is a pause: reads, writes and the change token go on by themselves",
  async (context, postgres) => {
    const store = await open(context, postgres.dsn({ schema: freshSchema() }));
    await put(store, "a", "1");
    await Promise.all(Array.from({ length: 30 }, () => store.get("a"))); // a pool full of connections that will break
    await postgres.halt();
    const reading = store.get("a");
    const writing = put(store, "b", "2");
    const token = store.changeToken();
    await postgres.restart();
    assert.equal((await reading)?.value.toString(), "1");
    assert.equal(await writing, true);
    assert.match(await token, /^\d+$/);
    assert.equal(await text(store, "b"), "2");
  },
);

check(
  "away for longer than one is patient: store.unreachable for every call, and all is well afterwards",
  async (context, postgres) => {
    const schema = freshSchema();
    const store = await open(context, postgres.dsn({ schema }), { patience: 200 });
    await put(store, "a", "1");
    await postgres.halt();
    const unreachable = { code: "store.unreachable", message: /cannot be reached: nothing listens there/ };
    await assert.rejects(store.get("a"), unreachable);
    await assert.rejects(Promise.all([put(store, "a", "2"), put(store, "b", "2")]), unreachable);
    await assert.rejects(store.changeToken(), unreachable);
    await assert.rejects(
      store.transaction((tx) => tx.get("a")),
      unreachable,
    );
    await assert.rejects(
      openPostgresStore({ address: Secret.copy(postgres.dsn({ schema })), patience: 100 }),
      (error: Error) => !inspect(error, { depth: 12, showHidden: true }).includes(postgres.password),
    );
    await postgres.restart();
    assert.equal(await text(store, "a"), "1");
    await put(store, "a", "3");
  },
);

/** Between store and server; cuts the connection at the next COMMIT, before or after the server has it. Closed, it lets nobody through. */
async function cutter(
  context: TestContext,
  port: number,
): Promise<{ port: number; cut(when: "before" | "after"): void; cuts(): number; close(is: boolean): void }> {
  let armed: "before" | "after" | null = null;
  let cuts = 0;
  let closed = false;
  const sockets = new Set<Socket>();
  const proxy = createServer((near) => {
    if (closed) return near.on("error", () => undefined).destroy();
    const far = dial(port, "127.0.0.1");
    const ends = [near, far];
    const drop = (): void => ends.forEach((socket) => socket.destroy());
    let cutting = false;
    for (const socket of ends) {
      sockets.add(socket);
      socket.on("error", drop).on("close", drop);
    }
    near.on("data", (chunk: Buffer) => {
      if (armed !== null && chunk.includes("; COMMIT")) {
        cuts++;
        const when = armed;
        armed = null;
        if (when === "before") return drop();
        cutting = true;
      }
      far.write(chunk);
      return undefined;
    });
    far.on("data", (chunk: Buffer) => {
      if (cutting) drop();
      else near.write(chunk);
    });
    return undefined;
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  return {
    port: (proxy.address() as AddressInfo).port,
    cut: (when) => (armed = when),
    cuts: () => cuts,
    close: (is) => (closed = is),
  };
}

check(
  "a connection that breaks at COMMIT: what became of it is found out, nothing is done twice",
  async (context, postgres) => {
    const proxy = await cutter(context, postgres.port);
    const dsn = postgres.dsn({ schema: freshSchema() }).replace(`:${postgres.port}/`, `:${proxy.port}/`);
    const store = await open(context, dsn);
    await put(store, "n", "0");
    for (const when of ["before", "after"] as const) {
      proxy.cut(when);
      assert.equal(
        await store.put(when, Buffer.from("x"), { ifVersion: 0 }),
        true,
        "not refused by its own first try",
      );
      const tokenBefore = Number(await store.changeToken());
      proxy.cut(when);
      await store.transaction(async (tx) =>
        tx.put("n", Buffer.from(String(Number((await tx.get("n"))?.value) + 1))),
      );
      assert.equal(Number(await store.changeToken()), tokenBefore + 1);
    }
    assert.equal(await text(store, "n"), "2");
    assert.equal(proxy.cuts(), 4);
  },
);

check(
  "a commit lost with a crash of the server is not taken for another's that came after it",
  async (context, postgres) => {
    const direct = postgres.dsn({ schema: freshSchema() });
    const proxy = await cutter(context, postgres.port);
    const options = { patience: 30_000 };
    const [store, other] = [
      await open(context, direct.replace(`:${postgres.port}/`, `:${proxy.port}/`), options),
      await open(context, direct, options),
    ];
    for (let round = 0; round < scale(3, 20); round++) {
      await put(other, "first", "1");
      const cuts = proxy.cuts();
      proxy.cut("before");
      const mine = `mine${round}`;
      const writing = store.put(mine, Buffer.from("x"), { ifVersion: 0 });
      while (proxy.cuts() === cuts) await new Promise((resolve) => setTimeout(resolve, 1));
      proxy.close(true);
      await postgres.kill();
      await postgres.restart();
      // transactions that are given the ids of those that the crash undid
      for (let n = 0; n < 20; n++) await put(other, `other${n}`, "1");
      proxy.close(false);
      assert.equal(await writing, true);
      assert.equal(await text(other, mine), "x", "acknowledged and lost");
    }
  },
);

check(
  "a transaction never sees two states, not even in a run that is thrown away",
  async (context, postgres) => {
    const dsn = postgres.dsn({ schema: freshSchema() });
    const [store, other] = [await open(context, dsn), await open(context, dsn)];
    const both = (value: string): Promise<void> =>
      other.transaction(async (tx) => {
        for (const key of ["x/a", "x/b", `x/${value}`]) tx.put(key, Buffer.from(value));
      });
    await both("1");
    const seen: string[] = [];
    for (const second of ["get", "list", "children"] as const) {
      let runs = 0;
      await store.transaction(async (tx) => {
        const a = await text(tx, "x/a");
        if (runs++ === 0) await both(second);
        const b = second === "get" ? await text(tx, "x/b") : (await tx[second]("x/")).join();
        seen.push(`${a} ${b}`);
      });
      assert.equal(runs, 2);
    }
    assert.deepEqual(seen, ["get get", "list x/1,x/a,x/b,x/get,x/list", "children 1,a,b,children,get,list"]);
  },
);

check(
  "a store of a newer Bulkhead is refused, also when it becomes one while open",
  async (context, postgres) => {
    const schema = freshSchema();
    const store = await open(context, postgres.dsn({ schema }));
    await put(store, "a", "1");
    await postgres.sql(`UPDATE ${schema}.state SET format = 3`);
    const newer = { code: "store.newer", message: /format 3, this one knows 2/ };
    await assert.rejects(put(store, "a", "2"), newer);
    await assert.rejects(store.get("a"), newer);
    await assert.rejects(store.changeToken(), newer);
    await assert.rejects(
      store.transaction(async (tx) => tx.put("a", Buffer.from("2"))),
      newer,
    );
    await assert.rejects(open(context, postgres.dsn({ schema })), newer);
    await postgres.sql(`DROP TABLE ${schema}.entries`);
    await postgres.sql(`UPDATE ${schema}.state SET format = 2`);
    await assert.rejects(store.get("a"), { code: "store.corrupt" });
  },
);

check(
  "a schema of somebody else is refused and left as it was; an empty one is taken",
  async (context, postgres) => {
    const tables = (schema: string) =>
      postgres.sql(`SELECT table_name FROM information_schema.tables WHERE table_schema = '${schema}'`);
    for (const table of [
      "orders (id int)",
      "state (id int)",
      "entries (key bytea, version int, value bytea)",
    ]) {
      const schema = freshSchema();
      await postgres.sql(`CREATE SCHEMA ${schema}`);
      await postgres.sql(`CREATE TABLE ${schema}.${table}`);
      await assert.rejects(open(context, postgres.dsn({ schema })), { code: "store.foreign" });
      assert.equal((await tables(schema)).length, 1);
    }
    const schema = freshSchema();
    await postgres.sql(`CREATE SCHEMA ${schema}`);
    await put(await open(context, postgres.dsn({ schema })), "a", "1");
  },
);

check("several at once on a place without a store: all work on one", async (context, postgres) => {
  const dsn = postgres.dsn({ schema: freshSchema() });
  const stores = await Promise.all([1, 2, 3, 4].map(() => open(context, dsn)));
  await Promise.all(stores.map((store, n) => put(store, `k${n}`, "x")));
  for (const store of stores) assert.deepEqual(await store.list(""), ["k0", "k1", "k2", "k3"]);
});

check(
  "a wrong password, user or database is store.refused at once, and no error holds the password",
  async (context, postgres) => {
    const good = postgres.dsn({ schema: freshSchema() });
    const wrong = randomBytes(12).toString("hex");
    const cases = [
      good.replace(postgres.password, wrong),
      good.replace("bulkhead:", "nobody:"),
      good.replace("/postgres?", "/nowhere?"),
      good.replace(`:${postgres.password}`, ""),
    ];
    for (const dsn of cases) {
      await assert.rejects(open(context, dsn), (error: Error & { code?: string }) => {
        assert.equal(error.code, "store.refused");
        const shown = inspect(error, { depth: 12, showHidden: true });
        return !shown.includes(postgres.password) && !shown.includes(wrong);
      });
    }
    const shown = inspect(await open(context, good), { depth: 12, showHidden: true });
    assert.ok(!shown.includes(postgres.password), "nor does the store");
  },
);

check("a user who may make nothing is told so", async (context, postgres) => {
  await postgres.sql("CREATE ROLE guest LOGIN PASSWORD 'guest'");
  const dsn = postgres.dsn().replace(/\/\/.*@/, "//guest:guest@");
  await assert.rejects(open(context, dsn), { code: "store.refused", message: /may not do this/ });
});

check(
  "a full disk refuses the write, keeps everything, and fails nobody beside it",
  async (context, postgres) => {
    const schema = freshSchema();
    const store = await open(context, postgres.dsn({ schema }));
    await put(store, "kept", "x");
    await postgres.sql(`CREATE FUNCTION ${schema}.no_room() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF length(new.value) > 1000 THEN RAISE SQLSTATE '53100'; END IF; RETURN new; END $$`);
    await postgres.sql(
      `CREATE TRIGGER no_room BEFORE INSERT ON ${schema}.entries FOR EACH ROW EXECUTE FUNCTION ${schema}.no_room()`,
    );
    const large = store.put("large", randomBytes(2000));
    const small = put(store, "small", "x");
    await assert.rejects(large, { code: "store.full" });
    assert.equal(await small, true);
    await assert.rejects(
      store.transaction(async (tx) => {
        tx.put("half", Buffer.from("x"));
        tx.put("other half", randomBytes(2000));
      }),
      { code: "store.full" },
    );
    assert.deepEqual(await store.list(""), ["kept", "small"]);
  },
);

check(
  "a lock that ends while a commit under it is being written passes on behind that commit",
  async (context, postgres) => {
    const schema = freshSchema();
    const [store, other] = [
      await open(context, postgres.dsn({ schema })),
      await open(context, postgres.dsn({ schema })),
    ];
    await postgres.sql(`CREATE FUNCTION ${schema}.slow() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(2); RETURN new; END $$`);
    await postgres.sql(
      `CREATE TRIGGER slow BEFORE INSERT ON ${schema}.entries FOR EACH ROW EXECUTE FUNCTION ${schema}.slow()`,
    );
    const fence = await store.locks.take("work", 1_000);
    assert.ok(fence);
    const writing = store.put("a", Buffer.from("x"), { fence });
    while ((await other.locks.take("work", 60_000)) === null)
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(await text(other, "a"), "x", "who has the lock sees all that was written under it before");
    await writing;
  },
);

check("a server that takes no writes says so; what is there can be read", async (context, postgres) => {
  const dsn = postgres.dsn({ schema: freshSchema() });
  await put(await open(context, dsn), "a", "1");
  await postgres.sql("ALTER DATABASE postgres SET default_transaction_read_only = on");
  context.after(() =>
    postgres.sql("BEGIN READ WRITE; ALTER DATABASE postgres RESET default_transaction_read_only; COMMIT"),
  );
  const store = await open(context, dsn, { patience: 200 });
  await assert.rejects(put(store, "a", "2"), { code: "store.full", message: /takes no writes/ });
  assert.equal(await text(store, "a"), "1");
});

check(
  "a standby is refused, also when the server becomes one: it may not know of a revocation",
  async (context, postgres) => {
    const dsn = postgres.dsn({ schema: freshSchema() });
    const store = await open(context, dsn, { patience: 200 });
    await put(store, "a", "1");
    const signal = join(postgres.folder, "data", "standby.signal");
    await postgres.halt();
    writeFileSync(signal, "");
    await postgres.restart();
    const refused = { code: "store.unreachable", message: /standby/ };
    await assert.rejects(store.get("a"), refused);
    await assert.rejects(store.changeToken(), refused);
    await assert.rejects(open(context, dsn), refused);
    await assert.rejects(put(store, "a", "2"), { code: "store.full" });
    await postgres.halt();
    rmSync(signal);
    await postgres.restart();
    assert.equal(await text(store, "a"), "1");
  },
);

check("a lock held too long is store.busy, and reading goes on meanwhile", async (context, postgres) => {
  const schema = freshSchema();
  const store = await open(context, postgres.dsn({ schema }), { patience: 100 });
  await put(store, "a", "1");
  const holding = postgres.sql(`BEGIN; SELECT * FROM ${schema}.state FOR UPDATE; SELECT pg_sleep(1); COMMIT`);
  const waits = async (): Promise<boolean> =>
    (
      await postgres.sql(
        "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%FOR UPDATE%pg_sleep%' AND state = 'active' AND pid <> pg_backend_pid()",
      )
    ).length > 0;
  while (!(await waits())) await new Promise((resolve) => setTimeout(resolve, 10));
  await assert.rejects(put(store, "a", "2"), { code: "store.busy" });
  assert.equal(await text(store, "a"), "1");
  await holding;
  await put(store, "a", "3");
});

check(
  "a thousand calls at once on ten connections, transactions within transactions among them",
  async (context, postgres) => {
    const store = await open(context, postgres.dsn({ schema: freshSchema() }));
    await Promise.all(
      Array.from({ length: 1000 }, async (_, n) => {
        if (n % 3 === 0) await put(store, `k${n}`, "x");
        else if (n % 3 === 1) await store.get(`k${n}`);
        else
          await store.transaction(async (tx) => {
            await Promise.all([tx.get(`k${n}`), store.get("k0"), tx.list(`t${n}/`)]);
            await store.transaction((inner) => inner.get("k0"));
            tx.put(`t${n}/a`, Buffer.from("x"));
          });
      }),
    );
    assert.equal((await store.list("")).length, 334 + 333);
  },
);

check("any encoding of the database: keys are bytes", async (context, postgres) => {
  await postgres.sql("CREATE DATABASE old TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
  const store = await open(context, postgres.dsn().replace("/postgres", "/old"));
  const keys = ["é", "e\u0301", "𝒳", "a/é/x", "\uffff", "a%"];
  for (const key of keys) await put(store, key, key);
  assert.deepEqual(await store.list(""), [...keys].sort(compareKeys));
  assert.deepEqual(await store.children("a/"), ["é/"]);
  await store.close();
  await postgres.sql("DROP DATABASE old WITH (FORCE)");
});

check("synchronous_commit = off of a role is not for us", async (context, postgres) => {
  const schema = freshSchema();
  await postgres.sql("ALTER ROLE bulkhead SET synchronous_commit = off");
  context.after(() => postgres.sql("ALTER ROLE bulkhead RESET synchronous_commit"));
  const store = await open(context, postgres.dsn({ schema }));
  await postgres.sql(
    `CREATE TABLE ${schema}.seen AS SELECT current_setting('synchronous_commit') AS setting`,
  );
  await postgres.sql(`CREATE FUNCTION ${schema}.note() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO ${schema}.seen SELECT current_setting('synchronous_commit'); RETURN new; END $$`);
  await postgres.sql(
    `CREATE TRIGGER note BEFORE INSERT ON ${schema}.entries FOR EACH ROW EXECUTE FUNCTION ${schema}.note()`,
  );
  await put(store, "a", "1");
  const seen = await postgres.sql(`SELECT setting FROM ${schema}.seen`);
  assert.deepEqual(
    seen.map(({ setting }) => setting),
    ["off", "on"],
    "the control, then ours",
  );
});

check("after a purge no deleted or overwritten value is in any table file", async (context, postgres) => {
  const store = await open(context, postgres.dsn({ schema: freshSchema() }));
  const files = async (): Promise<string> => {
    await postgres.sql("CHECKPOINT");
    const base = join(postgres.folder, "data", "base");
    return readdirSync(base, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
      .join("\n");
  };
  const planted = (): string => `planted-${randomBytes(15).toString("hex")}`;
  const [gone, changed, kept] = [planted(), planted(), planted()];
  await put(store, "gone", gone + "x".repeat(9000));
  await put(store, "changed", changed);
  await put(store, "kept", kept);
  await store.delete("gone");
  await put(store, "changed", "new");
  const before = await files();
  for (const value of [gone, changed, kept]) assert.ok(before.includes(value), "the control: it was there");
  await store.purge();
  const after = await files();
  assert.ok(after.includes(kept), "the control: the search finds what stays");
  assert.ok(!after.includes(gone) && !after.includes(changed));
  assert.equal(await text(store, "changed"), "new");
});

check(
  "TLS: the certificate must be of a known CA and of the host; in clear only where one says so",
  async (context, postgres) => {
    const [cert, key] = [join(postgres.folder, "tls.crt"), join(postgres.folder, "tls.key")];
    const words =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=db -addext subjectAltName=IP:127.0.0.1";
    const made = spawnSync("openssl", [...words.split(" "), "-keyout", key, "-out", cert]);
    if (made.status !== 0) return context.skip("no openssl to make a certificate");
    const schema = freshSchema();
    await assert.rejects(open(context, postgres.dsn({ schema, sslmode: "verify-full" })), {
      code: "store.refused",
      message: /does not offer TLS/,
    });
    await postgres.halt();
    await postgres.restart(["ssl=on", `ssl_cert_file=${cert}`, `ssl_key_file=${key}`]);
    context.after(async () => {
      await postgres.halt();
      await postgres.restart();
    });
    const encrypted = async (): Promise<unknown> =>
      (
        await postgres.sql(
          "SELECT bool_and(ssl) AS all FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'bulkhead'",
        )
      )[0]?.all;
    for (const sslmode of ["require", "verify-full"])
      await assert.rejects(open(context, postgres.dsn({ schema, sslmode })), {
        code: "store.refused",
        message: /certificate does not hold/,
      });
    const store = await open(context, postgres.dsn({ schema, sslmode: "verify-full", sslrootcert: cert }));
    await put(store, "a", "1");
    assert.equal(await encrypted(), true);
    const byName = postgres.dsn({ schema, sslrootcert: cert }).replace("127.0.0.1", "localhost");
    await assert.rejects(open(context, byName), {
      code: "store.refused",
      message: /certificate does not hold/,
    });
    await open(context, `${byName}&sslmode=verify-ca`);
    await store.close();
    const clear = await open(context, postgres.dsn({ schema }));
    assert.equal(await text(clear, "a"), "1");
    assert.equal(await encrypted(), false);
    return undefined;
  },
);
