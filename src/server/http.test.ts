import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import test from "node:test";
import tls from "node:tls";
import fc from "fast-check";
import { httpTransport } from "../client/http.ts";
import type { ApiRequest, ApiResponse } from "../core/ports/api.ts";
import { type HttpServer, startHttpServer } from "./http.ts";
import { createLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";

/** Answers with what it was asked, after a turn or two, so that answers of one connection overlap. */
async function echo(request: ApiRequest): Promise<ApiResponse> {
  if (request.path.startsWith("slow")) await new Promise((resolve) => setTimeout(resolve, 20));
  const body = JSON.stringify({
    method: request.method,
    path: request.path,
    query: request.query.toString(),
    body: request.body?.toString("utf8") ?? null,
  });
  return { status: 200, headers: { "Content-Type": "application/json" }, body: [Buffer.from(body)] };
}

const start = (options: Partial<Parameters<typeof startHttpServer>[0]> = {}): Promise<HttpServer> =>
  startHttpServer({
    handle: echo,
    listen: "127.0.0.1:0",
    log: createLog("silent"),
    metrics: createMetrics({ version: "0", sealed: () => false }),
    ...options,
  });

interface Echo {
  readonly method: string;
  readonly path: string;
  readonly body: string | null;
}

/** Sends the pieces with a turn between them and reads `count` answers from one connection. */
function converse(socket: net.Socket, pieces: readonly (string | Buffer)[], count: number): Promise<Echo[]> {
  return new Promise((resolve, reject) => {
    let text = "";
    const done = (): void => {
      socket.destroy();
      resolve(bodies(text));
    };
    const timer = setTimeout(() => reject(new Error(`only got: ${text}`)), 5_000);
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      if (bodies(text).length >= count) {
        clearTimeout(timer);
        done();
      }
    });
    socket.on("error", reject);
    const send = (index: number): void => {
      if (index >= pieces.length) return;
      socket.write(pieces[index] as string);
      setTimeout(() => send(index + 1), 4);
    };
    send(0);
  });
}

const bodies = (text: string): Echo[] =>
  [...text.matchAll(/\r\n\r\n(\{.*?\})(?=HTTP\/1\.1|$)/gs)].map(
    (found) => JSON.parse(found[1] as string) as Echo,
  );
const message = (method: string, path: string, body = ""): string =>
  `${method} /v1/${path} HTTP/1.1\r\nHost: x\r\n${body === "" ? "" : `Content-Length: ${body.length}\r\n`}\r\n${body}`;
const port = (server: HttpServer): number => Number(new URL(server.address).port);

test("LIST is taken on a kept connection, among other methods and beside bodies full of LIST", async () => {
  const server = await start();
  const sent = [
    message("POST", "a", "LIST /v1/x HTTP/1.1\r\n"),
    message("LIST", "b"),
    message("GET", "c"),
    message("LIST", "d"),
    message("PUT", "e", "LIST LIST"),
  ];
  const got = await converse(net.connect(port(server), "127.0.0.1"), sent, 5);
  assert.deepEqual(
    got.map((each) => `${each.method} ${each.path}`),
    ["POST a", "LIST b", "GET c", "LIST d", "PUT e"],
  );
  assert.equal(got[0]?.body, "LIST /v1/x HTTP/1.1\r\n");
  await server.stop();
});

test("a connection that lists again and again gathers no listeners", async () => {
  const server = await start();
  const warnings: string[] = [];
  const warned = (warning: Error): void => void warnings.push(warning.message);
  process.on("warning", warned);
  const pieces = Array.from({ length: 30 }, (_, at) => message("LIST", String(at)));
  const got = await converse(net.connect(port(server), "127.0.0.1"), pieces, pieces.length);
  assert.equal(got.length, 30);
  await server.stop();
  process.off("warning", warned);
  assert.deepEqual(warnings, []);
});

test("a connection that listed is not taken for a request that never ends", async () => {
  const server = await start({ requestTimeout: 200 });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (method: string): Promise<{ status: number; port: number }> =>
    new Promise((resolve, reject) => {
      const request = http.request(`${server.address}/v1/x`, { method, agent }, (response) => {
        const from = response.socket.localPort ?? 0;
        response.resume().on("end", () => resolve({ status: response.statusCode ?? 0, port: from }));
      });
      request.on("error", reject).end();
    });
  const first = await ask("LIST");
  await ask("LIST");
  await new Promise((resolve) => setTimeout(resolve, 2_500)); // the server looks every second
  assert.deepEqual(await ask("GET"), first, "the same connection is still served");
  agent.destroy();
  await server.stop();
});

test("a connection that keeps still after a LIST is closed like any other", async () => {
  const server = await start({ keepAliveTimeout: 50 });
  const closed = (method: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = net.connect(port(server), "127.0.0.1");
      const timer = setTimeout(() => socket.destroy(new Error(`${method}: still open`)), 10_000);
      let text = "";
      socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
      socket.on("error", reject).on("close", () => {
        clearTimeout(timer);
        resolve(text);
      });
      socket.write(message(method, "x"));
    });
  for (const text of await Promise.all([closed("GET"), closed("LIST")])) assert.equal(bodies(text).length, 1);
  await server.stop();
});

test("LIST is taken when pipelined behind answers still owed", async () => {
  const server = await start();
  const sent =
    message("GET", "slow/1") +
    message("LIST", "slow/2") +
    message("LIST", "3") +
    message("POST", "4", "LIST /") +
    message("LIST", "5");
  const got = await converse(net.connect(port(server), "127.0.0.1"), [sent], 5);
  assert.deepEqual(
    got.map((each) => `${each.method} ${each.path}`),
    ["GET slow/1", "LIST slow/2", "LIST 3", "POST 4", "LIST 5"],
  );
  await server.stop();
});

test("LIST is taken wherever the bytes are cut", async () => {
  const server = await start();
  const text = message("GET", "a") + message("LIST", "b") + message("LIST", "c");
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 1, max: text.length - 1 }), { maxLength: 6 }),
      async (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
        const got = await converse(net.connect(port(server), "127.0.0.1"), pieces, 3);
        assert.deepEqual(
          got.map((each) => `${each.method} ${each.path}`),
          ["GET a", "LIST b", "LIST c"],
        );
      },
    ),
    { numRuns: 40 },
  );
  for (let cut = 1; cut < 7; cut++) {
    const one = message("LIST", "z");
    const got = await converse(
      net.connect(port(server), "127.0.0.1"),
      [one.slice(0, cut), one.slice(cut)],
      1,
    );
    assert.equal(got[0]?.method, "LIST", `cut after ${cut}`);
  }
  await server.stop();
});

test("LIST is taken over TLS, and a key that others can read is refused", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-tls-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const files = { certFile: join(folder, "cert.pem"), keyFile: join(folder, "key.pem") };
  try {
    execFileSync(
      "openssl",
      [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        files.keyFile,
        "-out",
        files.certFile,
      ],
      { stdio: "ignore" },
    );
  } catch {
    return t.skip("openssl is not on this machine");
  }
  execFileSync("chmod", ["644", files.keyFile]);
  await assert.rejects(start({ tls: files }), { code: "server.key-exposed" });
  execFileSync("chmod", ["600", files.keyFile]);
  const server = await start({ tls: files });
  const socket = tls.connect({ port: port(server), host: "127.0.0.1", rejectUnauthorized: false });
  const got = await converse(socket, [message("GET", "a"), message("LIST", "b"), message("LIST", "c")], 3);
  assert.deepEqual(
    got.map((each) => each.method),
    ["GET", "LIST", "LIST"],
  );
  const client = httpTransport({ address: server.address, caFile: files.certFile });
  const answer = await client.send({
    method: "LIST",
    path: "a b/ü",
    query: new URLSearchParams(),
    headers: {},
    body: null,
    remote: "",
  });
  assert.deepEqual(JSON.parse(Buffer.concat(answer.body).toString()), {
    method: "GET",
    path: "a b/ü",
    query: "list=true",
    body: null,
  });
  client.close();
  await server.stop();
});

test("a genuine LINK, an unknown method and garbage are refused, other connections go on", async () => {
  const server = await start();
  const answer = (text: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = net.connect(port(server), "127.0.0.1");
      let got = "";
      socket.on("data", (chunk: Buffer) => (got += chunk.toString()));
      socket.on("close", () => resolve(got));
      socket.on("error", () => resolve(got));
      socket.write(text);
      setTimeout(() => socket.end(), 50);
    });
  assert.match(await answer(message("LINK", "a")), /^HTTP\/1.1 405/);
  assert.match(await answer("FOO / HTTP/1.1\r\n\r\n"), /^HTTP\/1.1 400.*malformed input/s);
  assert.match(await answer("\x16\x03\x01\x00\xff"), /^HTTP\/1.1 400/);
  assert.match(await answer(message("GET", "%ff")), /^HTTP\/1.1 404/);
  assert.match(await answer("GET /ui HTTP/1.1\r\nHost: x\r\n\r\n"), /^HTTP\/1.1 404/);
  assert.equal(
    (await converse(net.connect(port(server), "127.0.0.1"), [message("GET", "fine")], 1)).length,
    1,
  );
  await server.stop();
});

test("a body over the limit is refused, a port in use and a public plain address have their errors", async () => {
  const server = await start({ maxBody: 1_000 });
  const send = (size: number): Promise<Response> =>
    fetch(`${server.address}/v1/x`, { method: "POST", body: "y".repeat(size) });
  assert.equal((await send(1_000)).status, 200);
  assert.equal((await send(1_001)).status, 413);
  await assert.rejects(start({ listen: new URL(server.address).host }), { code: "server.port-in-use" });
  await assert.rejects(start({ listen: "0.0.0.0:0" }), { code: "server.plain-not-loopback" });
  await assert.rejects(start({ listen: "nonsense" }), { code: "server.bad-listen" });
  await server.stop();
});

test("a connection that is over is closed, also when its client keeps its own side open and silent", async () => {
  const server = await start();
  const open = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
  const until = async (count: number): Promise<void> => {
    for (let tries = 0; open() > count; tries++) {
      assert.ok(tries < 100, `${open() - count} more are open`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await until(0); // what earlier tests left
  const clients: net.Socket[] = [];
  const over = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = net.connect({ port: port(server), host: "127.0.0.1", allowHalfOpen: true });
      clients.push(socket);
      let got = "";
      socket.on("data", (chunk: Buffer) => (got += chunk.toString("latin1")));
      socket.on("end", () => resolve(got)).on("error", reject);
      socket.write(text);
    });
  const last = (method: string): string =>
    message(method, "x").replace("Host: x", "Host: x\r\nConnection: close");
  const answers = await Promise.all([over("FOO / HTTP/1.1\r\n\r\n"), over(last("GET")), over(last("LIST"))]);
  assert.deepEqual(
    answers.map((text) => text.slice(9, 12)),
    ["400", "200", "200"],
  );
  await until(clients.length);
  for (const socket of clients) socket.destroy();
  await server.stop();
});

test("an answer whose caller left is zeroed and logged like any other", async () => {
  const value = Buffer.from("a value that nobody took");
  const lines: string[] = [];
  const log = createLog(
    "info",
    new Writable({ write: (chunk, _, done) => (lines.push(String(chunk)), done()) }),
  );
  let answer = (): void => undefined;
  const asked = Promise.withResolvers<void>();
  const server = await start({
    log,
    handle: async () => {
      asked.resolve();
      await new Promise<void>((resolve) => (answer = resolve));
      return { status: 200, headers: {}, body: [value] };
    },
  });
  const socket = net.connect(port(server), "127.0.0.1");
  socket.write(message("GET", "secret"));
  await asked.promise;
  await new Promise<void>((resolve) => void socket.on("close", () => resolve()).destroy());
  await new Promise((resolve) => setTimeout(resolve, 100));
  answer();
  await server.stop();
  assert.ok(value.every((byte) => byte === 0));
  assert.equal(lines.length, 1);
});

test("a graceful stop lets running requests end", async () => {
  const server = await start();
  const running = fetch(`${server.address}/v1/slow`);
  await new Promise((resolve) => setTimeout(resolve, 10));
  const stopped = server.stop();
  assert.equal((await running).status, 200);
  await stopped;
  await assert.rejects(fetch(`${server.address}/v1/x`));
});
