import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../../test/support/fake.ts";
import { protocolServer } from "../../test/support/protocol-server.ts";
import { crc32c } from "./crc32c.ts";
import { HttpFailure, http, retried } from "./http.ts";
import { isReference, managers, parseReference, referenceReader, resolveReference } from "./index.ts";
import { SCHEMES } from "./schemes.ts";

const context = (env: Record<string, string> = {}, cwd = "/") => ({ env, cwd });
const read = async (text: string, env: Record<string, string>, cwd?: string): Promise<string> => {
  const { fields } = await resolveReference(parseReference(text), context(env, cwd));
  return [...fields].map(([name, value]) => `${name}=${value.revealText()}`).join(" ");
};

test("a reference is scheme, place and field; anything else is refused with what to write", () => {
  assert.deepEqual(parseReference("aws-sm://prod/billing#token"), {
    scheme: "aws-sm",
    place: "prod/billing",
    field: "token",
    text: "aws-sm://prod/billing#token",
  });
  for (const text of [
    "aws-sm:",
    "aws-sm://",
    "://x",
    "AWS-SM://x",
    "env://a b",
    "env://a#",
    "env://a#b#c",
    "",
  ])
    assert.throws(() => parseReference(text), { code: "reference.invalid" }, text);
  assert.throws(() => parseReference("aws-sn://x"), {
    code: "reference.unknown-scheme",
    hint: "did you mean aws-sm://?",
  });
  assert.ok(isReference("https://x") && !isReference("plain"));
  assert.deepEqual(
    managers.map((one) => one.scheme),
    SCHEMES,
  );
  for (const { scheme, example } of managers) assert.equal(parseReference(example).scheme, scheme);
});

test("env:// gives the variable, a JSON one in its fields and whole; an empty or absent one is an error", async () => {
  const value = fake("", 20);
  assert.equal(await read("env://TOKEN", { TOKEN: value }), `value=${value}`);
  const json = JSON.stringify({ user: "ml", port: 5432 });
  assert.equal(await read("env://DSN", { DSN: json }), `user=ml port=5432 value=${json}`);
  assert.equal(await read("env://DSN#port", { DSN: json }), "port=5432");
  await assert.rejects(read("env://TOKEN", {}), { code: "reference.absent" });
  await assert.rejects(read("env://TOKEN", { TOKEN: "" }), { code: "reference.absent" });
  await assert.rejects(read("env://DSN#host", { DSN: json }), {
    code: "reference.no-field",
    hint: "it has user, port, value",
  });
});

test("file:// gives a file's bytes without the line's end", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-reference-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const value = fake("", 24);
  for (const [end, expected] of [
    ["", value],
    ["\n", value],
    ["\r\n", value],
    ["\n\n", `${value}\n`],
  ] as const) {
    writeFileSync(join(folder, "key"), value + end);
    assert.equal(await read("file://key", {}, folder), `value=${expected}`);
    assert.equal(await read(`file://${join(folder, "key")}`, {}), `value=${expected}`);
  }
  await assert.rejects(read("file://absent", {}, folder), { code: "reference.absent" });
});

test("a reader asks once for each secret, whatever its fields, and erases what it read", async () => {
  const reader = referenceReader(context({ DSN: JSON.stringify({ a: "1", b: "2" }) }));
  const first = await reader.read(parseReference("env://DSN#a"));
  const second = await reader.read(parseReference("env://DSN#b"));
  assert.equal(first.fields.get("a")?.revealText(), "1");
  const whole = await reader.read(parseReference("env://DSN"));
  assert.equal(whole.fields.get("b"), second.fields.get("b"), "the same one");
  reader.wipe();
  assert.throws(() => whole.fields.get("a")?.reveal(), TypeError);
});

test("a busy or broken server is asked again, a refusal is taken at once", async (t) => {
  const plans: Record<string, number[]> = {
    "/busy": [503, 429, 200],
    "/no": [403, 200],
    "/broken": [0, 200],
    "/down": [500, 500, 500, 500, 200],
  };
  const server = await protocolServer(({ path }) => {
    const status = plans[path]?.shift() ?? 404;
    return status === 0 ? { broken: true } : { status, headers: { "retry-after": "0.01" } };
  });
  t.after(() => server.stop());
  const status = async (path: string): Promise<number> =>
    (await retried({ url: `${server.address}${path}` })).status;
  assert.deepEqual(
    [await status("/busy"), await status("/no"), await status("/broken"), await status("/down")],
    [200, 403, 200, 500],
  );
  assert.equal(server.asked.length, 3 + 1 + 2 + 4);
});

test("clear text goes to this machine alone; metadata addresses, redirects and endless answers are refused", async (t) => {
  const server = await protocolServer(({ path }) =>
    path === "/big" ? { body: "x".repeat(5_000_000) } : { status: 302, headers: { location: "/big" } },
  );
  t.after(() => server.stop());
  await assert.rejects(http({ url: "http://192.0.2.1/" }), HttpFailure);
  await assert.rejects(http({ url: "https://169.254.169.254/" }), /link-local/);
  await assert.rejects(http({ url: "ftp://127.0.0.1/" }), HttpFailure);
  await assert.rejects(http({ url: "no address" }), HttpFailure);
  await assert.rejects(http({ url: `${server.address}/big` }), /too large/);
  assert.equal((await http({ url: `${server.address}/moved` })).status, 302, "not followed");
  assert.equal(server.asked.length, 2);
});

test("the checksum is the published one", () => {
  assert.equal(crc32c(Buffer.from("123456789")), 0xe306_9283); // RFC 3720's check value
  assert.equal(crc32c(Buffer.alloc(32)), 0x8a91_36aa);
  assert.equal(crc32c(Buffer.alloc(32, 0xff)), 0x62a8_ab43);
});
