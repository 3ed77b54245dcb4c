import assert from "node:assert/strict";
import { createServer as createHttp, request } from "node:http";
import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";
import { type TestContext, test } from "node:test";
import { connect as tlsConnect, createServer as createTls } from "node:tls";
import { readClientHello } from "./client-hello.ts";
import { EgressProxy, canonicalHost, isPrivateAddress, parseRules, proxyVariables } from "./index.ts";
import { makeCertificate } from "../../test/support/certificates.ts";

const spellings: readonly (readonly [string, string | null])[] = [
  ["API.Example.COM.", "api.example.com"],
  ["bücher.example", "xn--bcher-kva.example"],
  ["0x7f.1", "127.0.0.1"],
  ["2130706433", "127.0.0.1"],
  ["0177.0.0.01", "127.0.0.1"],
  ["[::ffff:127.0.0.1]", "127.0.0.1"],
  ["::ffff:a9fe:a9fe", "169.254.169.254"],
  ["[::1]", "::1"],
  ["169。254。169。254", "169.254.169.254"],
  ["a b", null],
  ["a@b", null],
  ["a/b", null],
  ["a:80", null],
  ["fe80::1%eth0", null],
  ["", null],
  ["%31", null],
];

test("a host has one spelling", () => {
  for (const [given, wanted] of spellings) assert.equal(canonicalHost(given), wanted, given);
});

test("entries match what they say and nothing else", () => {
  const rules = parseRules([
    "api.wandb.ai",
    "*.huggingface.co",
    "db.example.com:5432",
    "10.2.0.0/16",
    "127.0.0.1:8080",
    "[fd12::5]:443",
  ]);
  const yes: readonly (readonly [string, number])[] = [
    ["api.wandb.ai", 443],
    ["api.wandb.ai", 80],
    ["cdn-lfs.huggingface.co", 443],
    ["a.b.huggingface.co", 443],
    ["db.example.com", 5432],
    ["10.2.255.1", 443],
    ["127.0.0.1", 8080],
    ["fd12::5", 443],
  ];
  const no: readonly (readonly [string, number])[] = [
    ["api.wandb.ai", 8443],
    ["wandb.ai", 443],
    ["xapi.wandb.ai", 443],
    ["api.wandb.ai.evil.example", 443],
    ["huggingface.co", 443],
    ["evilhuggingface.co", 443],
    ["db.example.com", 443],
    ["10.3.0.1", 443],
    ["127.0.0.1", 80],
    ["fd12::6", 443],
  ];
  for (const [host, port] of yes) assert.equal(rules.judge(host, port).allowed, true, `${host}:${port}`);
  for (const [host, port] of no) assert.equal(rules.judge(host, port).allowed, false, `${host}:${port}`);
  assert.equal(rules.judge("db.example.com", 5432).portDeclared, true);
  assert.equal(rules.judge("api.wandb.ai", 443).portDeclared, false);
});

test("entries that limit nothing, or open what never opens, are refused", () => {
  for (const entry of [
    "",
    "*",
    "*.com",
    "*.*.com",
    "a..b",
    "http://a.b",
    "a.b:0",
    "a.b:99999",
    "0.0.0.0/0",
    "10.0.0.0/7",
    "169.254.169.254",
    "fd00:ec2::254",
    "*.10.0.0.1",
    "10.0.0.0/33",
    "a.b/8",
    "::/0",
  ])
    assert.throws(() => parseRules([entry]), { code: "egress.bad-host" }, entry);
});

test("what is not public is private", () => {
  for (const one of [
    "127.0.0.1",
    "10.1.2.3",
    "172.31.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fc00::1",
    "fd12::1",
    "::7f00:1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "::ffff:10.0.0.1",
    "fe80::1",
    "169.254.1.1",
  ])
    assert.equal(isPrivateAddress(one) || one.startsWith("fe80") || one.startsWith("169."), true, one);
  for (const one of ["8.8.8.8", "172.32.0.1", "2606:4700::1111", "100.128.0.1"])
    assert.equal(isPrivateAddress(one), false, one);
});

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;

async function listening<T extends Server>(t: TestContext, server: T): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return portOf(server);
}

/** The proxy on loopback, where a job would find it. */
async function proxied(
  t: TestContext,
  hosts: readonly string[],
  names: Readonly<Record<string, readonly string[]>> = {},
) {
  const proxy = new EgressProxy({
    rules: parseRules(hosts),
    resolve: (host) =>
      names[host] === undefined ? Promise.reject(new Error("no such name")) : Promise.resolve(names[host]),
  });
  const port = await listening(
    t,
    createServer((socket) => proxy.accept(socket)),
  );
  t.after(() => proxy.close());
  return { proxy, port };
}

/** Sends `text` and gives all that came back until the end, or until `until` is in it. */
function speak(port: number, text: string, until?: string): Promise<{ said: string; socket: Socket }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let said = "";
    const done = (): void => resolve({ said, socket });
    socket.on("data", (chunk) => {
      said += chunk.toString("latin1");
      if (until !== undefined && said.includes(until)) done();
    });
    socket.once("end", done).once("close", done).once("error", reject);
  });
}

const CONNECTED = "200 Connection established\r\n\r\n";

test("plain requests reach a declared host, and the record counts them", async (t) => {
  const seen: string[] = [];
  const port = await listening(
    t,
    createHttp((message, response) => {
      seen.push(
        `${message.method} ${message.url} ${message.headers.host} ${message.headers["proxy-authorization"] ?? "-"}`,
      );
      message.pipe(response);
    }),
  );
  const { proxy, port: at } = await proxied(t, [`api.example.com:${port}`, "127.0.0.0/8"], {
    "api.example.com": ["127.0.0.1"],
  });
  const body = await new Promise<string>((resolve, reject) => {
    const call = request(
      {
        host: "127.0.0.1",
        port: at,
        method: "POST",
        path: `http://API.example.com:${port}/a?b=c`,
        headers: { host: "elsewhere.example", "proxy-authorization": "Basic eDp5" },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("end", () => resolve(text));
      },
    );
    call.once("error", reject).end("hello");
  });
  assert.equal(body, "hello");
  assert.deepEqual(seen, [`POST /a?b=c api.example.com:${port} -`]);
  const [row] = proxy.destinations();
  assert.deepEqual(
    { host: row?.host, port: row?.port, connections: row?.connections, refused: row?.refused },
    { host: "api.example.com", port, connections: 1, refused: 0 },
  );
  assert.ok((row?.sent ?? 0) > 5 && (row?.received ?? 0) > 5);
});

test("what is not declared is refused, in every spelling, with no connection made", async (t) => {
  let connections = 0;
  const port = await listening(
    t,
    createServer((socket) => socket.end(String(connections++))),
  );
  const names = {
    "api.example.com": ["127.0.0.1"],
    "meta.example.com": ["169.254.169.254"],
    "two.example.com": ["93.184.216.34", "10.0.0.1"],
  };
  const { proxy, port: at } = await proxied(
    t,
    ["api.example.com", `api.example.com:${port}`, "meta.example.com", "two.example.com"],
    names,
  );
  const refused = [
    `CONNECT other.example.com:443 HTTP/1.1\r\n\r\n`,
    `CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`,
    `CONNECT 2130706433:${port} HTTP/1.1\r\n\r\n`,
    `CONNECT [::ffff:7f00:1]:${port} HTTP/1.1\r\n\r\n`,
    `CONNECT localhost:${port} HTTP/1.1\r\n\r\n`,
    `CONNECT api.example.com:22 HTTP/1.1\r\n\r\n`,
    `CONNECT api.example.com:${port} HTTP/1.1\r\n\r\n`, // its address is private
    `CONNECT meta.example.com:80 HTTP/1.1\r\n\r\n`,
    `CONNECT two.example.com:443 HTTP/1.1\r\n\r\n`, // one of its addresses is
    `CONNECT 169.254.169.254:80 HTTP/1.1\r\n\r\n`,
    `CONNECT 0xa9fea9fe:80 HTTP/1.1\r\n\r\n`,
    `CONNECT [fd00:ec2::254]:80 HTTP/1.1\r\n\r\n`,
    `CONNECT api.example.com@other.example.com:443 HTTP/1.1\r\n\r\n`,
    `CONNECT api.example.com HTTP/1.1\r\n\r\n`,
    `GET http://169.254.169.254/latest/meta-data/ HTTP/1.1\r\nHost: api.example.com\r\n\r\n`,
    `GET http://api.example.com:${port}/ HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET http://api.example.com@169.254.169.254/ HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET /direct HTTP/1.1\r\nHost: api.example.com\r\n\r\n`,
    `GET ftp://api.example.com/ HTTP/1.1\r\nHost: api.example.com\r\n\r\n`,
    `GET http://api.example.com/ HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n`,
  ];
  for (const text of refused) {
    const { said } = await speak(at, text);
    assert.match(said, /^HTTP\/1\.1 (403|400|501) /, text);
    assert.match(said, /x-bulkhead-egress: refused/, text);
  }
  assert.equal(connections, 0, "nothing reached the listener");
  const rows = proxy.destinations();
  assert.ok(rows.length >= 8 && rows.every((row) => row.refused > 0 && row.connections === 0));
  assert.equal(rows.find((row) => row.host === "169.254.169.254")?.reason, "it is not declared");
  assert.match(rows.find((row) => row.host === "meta.example.com")?.reason ?? "", /metadata/);
});

test("a declared network lets a declared name lead into it, never to a metadata service", async (t) => {
  const port = await listening(
    t,
    createServer((socket) => socket.end("private")),
  );
  const names = { "db.internal": ["127.0.0.1"], "far.internal": ["127.0.0.1", "169.254.169.254"] };
  const { port: at } = await proxied(
    t,
    [`db.internal:${port}`, `far.internal:${port}`, "127.0.0.0/8"],
    names,
  );
  assert.match(
    (await speak(at, `CONNECT db.internal:${port} HTTP/1.1\r\n\r\n`)).said,
    /200 .*\r\n\r\nprivate$/s,
  );
  assert.match((await speak(at, `CONNECT far.internal:${port} HTTP/1.1\r\n\r\n`)).said, /403/);
});

test("a name is looked up once: what was judged is what is dialled", async (t) => {
  const port = await listening(
    t,
    createServer((socket) => socket.end("right")),
  );
  let asked = 0;
  const proxy = new EgressProxy({
    rules: parseRules([`flips.example.com:${port}`, "127.0.0.1"]),
    resolve: () => Promise.resolve(asked++ === 0 ? ["127.0.0.1"] : ["127.0.0.2"]),
  });
  t.after(() => proxy.close());
  const at = await listening(
    t,
    createServer((socket) => proxy.accept(socket)),
  );
  assert.match((await speak(at, `CONNECT flips.example.com:${port} HTTP/1.1\r\n\r\n`)).said, /right$/);
  assert.equal(asked, 1);
  assert.match((await speak(at, `CONNECT flips.example.com:${port} HTTP/1.1\r\n\r\n`)).said, /403/);
});

test("TLS must name the host that was asked for", async (t) => {
  const { keyPem: key, pem: cert } = makeCertificate({ cn: "api.example.com" });
  const port = await listening(
    t,
    createTls({ key, cert }, (socket) => socket.end("over TLS")),
  );
  const { proxy, port: at } = await proxied(t, [`api.example.com:${port}`, "127.0.0.1"], {
    "api.example.com": ["127.0.0.1"],
  });
  const through = async (servername: string): Promise<string> => {
    const { socket } = await speak(at, `CONNECT api.example.com:${port} HTTP/1.1\r\n\r\n`, CONNECTED);
    return new Promise((resolve) => {
      const tls = tlsConnect({ socket, servername, rejectUnauthorized: false });
      let text = "";
      tls.on("data", (part: Buffer) => (text += part.toString()));
      tls.once("close", () => resolve(text)).on("error", () => undefined);
    });
  };
  assert.equal(await through("api.example.com"), "over TLS");
  assert.equal(await through("API.example.com"), "over TLS");
  assert.equal(await through("evil.example.com"), "");
  assert.equal(await through(""), "", "no name is not this name");
  const [row] = proxy.destinations();
  assert.deepEqual([row?.connections, row?.refused], [4, 2]);
});

test("on the web's own port nothing but TLS passes; on a declared one it does, and the server may speak first", async (t) => {
  let received = "";
  const port = await listening(
    t,
    createServer((socket) => {
      socket.write("220 ready\r\n");
      socket.on("data", (chunk) => {
        received += chunk.toString();
        socket.end("bye");
      });
    }),
  );
  const { port: at } = await proxied(t, [`smtp.example.com:${port}`, "127.0.0.1"], {
    "smtp.example.com": ["127.0.0.1"],
  });
  const { socket } = await speak(at, `CONNECT smtp.example.com:${port} HTTP/1.1\r\n\r\n`, "220 ready\r\n");
  socket.write("EHLO x\r\n");
  const said = await new Promise<string>((resolve) =>
    socket.once("data", (chunk: Buffer) => resolve(chunk.toString())),
  );
  assert.equal(said, "bye");
  assert.equal(received, "EHLO x\r\n");
  const { judgeFirst } = await import("./tunnel.ts");
  const way = { host: "a.example", port: 80, portDeclared: false };
  assert.equal(judgeFirst(way, Buffer.from("GET / HTTP/1.1\r\n")), "what it speaks is not TLS");
  assert.equal(judgeFirst({ ...way, portDeclared: true }, Buffer.from("GET / HTTP/1.1\r\n")), null);
  assert.equal(
    judgeFirst({ ...way, port: 443, portDeclared: true }, Buffer.from("GET / HTTP/1.1\r\n")),
    "what it speaks is not TLS",
  );
});

/** A real ClientHello of this Node for `name`. */
async function helloFor(name: string): Promise<Buffer> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.once("data", (chunk: Buffer) => {
        resolve(chunk);
        socket.destroy();
        server.close();
      });
    }).listen(0, "127.0.0.1", () => {
      tlsConnect({ port: portOf(server), servername: name, rejectUnauthorized: false }).on(
        "error",
        () => undefined,
      );
    });
  });
}

test("the client's hello is read in any pieces and any records, and hostile ones break nothing", async () => {
  const hello = await helloFor("api.example.com");
  for (let cut = 0; cut < hello.length; cut++)
    assert.equal(readClientHello(hello.subarray(0, cut)).kind, "more", `${cut} bytes`);
  assert.deepEqual(readClientHello(hello), { kind: "tls", name: "api.example.com" });
  const message = hello.subarray(5);
  for (const size of [1, 7, 100]) {
    const records: Buffer[] = [];
    for (let at = 0; at < message.length; at += size) {
      const part = message.subarray(at, at + size);
      records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part);
    }
    assert.deepEqual(readClientHello(Buffer.concat(records)), { kind: "tls", name: "api.example.com" });
  }
  for (let at = 0; at < hello.length; at++)
    for (const flip of [0x01, 0x80, 0xff]) {
      const broken = Buffer.from(hello);
      broken[at] = (broken[at] ?? 0) ^ flip;
      const read = readClientHello(broken); // never throws
      if (read.kind === "tls" && read.name !== null) assert.ok(read.name.length < 300);
    }
  assert.equal(readClientHello(Buffer.from("GET / HTTP/1.1")).kind, "not-tls");
  assert.equal(readClientHello(Buffer.from([22, 3, 1, 0xff, 0xff])).kind, "not-tls");
});

test("the variables name the proxy, and loopback stays direct unless it was declared", () => {
  const variables = proxyVariables("http://127.0.0.1:9", []);
  assert.equal(variables.https_proxy, "http://127.0.0.1:9");
  assert.equal(variables.NO_PROXY, "localhost,127.0.0.1,::1");
  assert.equal(proxyVariables("x", ["127.0.0.1"]).no_proxy, "localhost,::1");
});
