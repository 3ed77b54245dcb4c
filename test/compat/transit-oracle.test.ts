/** The transit engine answers a long list of requests as a real OpenBao server does; every difference has its reason in the list. */
import assert from "node:assert/strict";
import {
  type CipherGCMTypes,
  constants,
  createDecipheriv,
  createHash,
  createHmac,
  createPublicKey,
  hkdfSync,
  privateDecrypt,
  verify,
} from "node:crypto";
import { test } from "node:test";
import { transit } from "../../src/engines/transit/index.ts";
import { startBao } from "../support/bao.ts";
import { type Seen, Tally, askOver, compareAll, keepFrom, parse } from "../support/oracle.ts";
import { type PluginApi, pluginApi } from "../support/plugin-api.ts";
import { NO_PIP } from "../support/python.ts";
import { type TransitRequest, transitRequests } from "../support/transit-requests.ts";

/** Members of one side alone, and why. */
const OWN_MEMBERS: Readonly<Record<string, string>> = {
  soft_deleted: "OpenBao's own state of a key; Vault has none",
  request_id: "random",
};
/** Random on both sides: compared by form and, where it is fixed, by length. */
const FORMS: Readonly<Record<string, (text: string) => string>> = {
  ciphertext: (text) => text.replace(/:[A-Za-z0-9+/=]+$/, (coded) => `:${coded.length}`),
  hmac: (text) => text.replace(/:[A-Za-z0-9+/=]+$/, (coded) => `:${coded.length}`),
  // the length of an ECDSA signature in DER varies
  signature: (text) => text.replace(/:[A-Za-z0-9+/=_-]+$/, ":…"),
  random_bytes: (text) => `${text.length} characters`,
  public_key: (text) => (/^-----.*-----\n$/s.test(text) ? "PEM" : String(text.length)),
  publickey: (text) => String(text.length),
};
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const KNOWN_PLAINTEXTS = ["", Buffer.from("hello").toString("base64"), Buffer.from("two").toString("base64")];

function plain(node: unknown, name = ""): unknown {
  if (typeof node === "string") return plainText(node, name);
  if (typeof node === "number" && node > 1e9) return "seconds";
  if (Array.isArray(node)) return node.map((one) => plain(one, name));
  if (node === null || typeof node !== "object") return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !(key in OWN_MEMBERS))
      .map(([key, value]) => [key, plain(value, key)]),
  );
}

function plainText(text: string, name: string): string {
  if (TIME.test(text)) return "time";
  const form = FORMS[name];
  if (form !== undefined) return form(text);
  if (name === "plaintext") return KNOWN_PLAINTEXTS.includes(text) ? text : `${text.length} characters`;
  // exported keys stand under their version's number; the lengths of RSA and EC keys in PEM vary
  if (/^\d+$/.test(name))
    return text.startsWith("-----") ? text.replace(/\n[^-]+\n/s, " PEM ") : `${text.length} characters`;
  // Go joins several errors into one text with a heading
  return text.replace(/^1 error occurred:\n\t\* ([^]*?)\n\n$/, "$1");
}

type Side = (request: TransitRequest) => Promise<Seen>;

const askBulkhead =
  (api: PluginApi): Side =>
  async ({ method, path, body }) => {
    const { status, text } = await api.call(method, path, body);
    return { status, body: parse(text) };
  };

/** A side with what it kept of its own answers. */
function side(ask: Side): Side {
  const kept = new Map<string, string>();
  return async (request) => {
    const filled = JSON.parse(
      JSON.stringify(request).replace(
        /\{\{(.*?)\}\}/g,
        (_, name: string) => kept.get(name) ?? "vault:v1:none",
      ),
    ) as TransitRequest;
    const seen = await ask(filled);
    keepFrom(kept, request.keep, seen.body);
    return { status: seen.status, body: plain(seen.body) };
  };
}

test("transit answers as OpenBao", { timeout: 300_000 }, async (context) => {
  const bao = await startBao();
  if (bao === null) return context.skip(NO_PIP);
  context.after(() => bao.stop());
  const api = await pluginApi(context, { engines: [transit] });
  await askOver(
    bao.address,
    bao.token,
  )({ method: "POST", path: "sys/mounts/transit", body: { type: "transit" } });
  await api.kernel.services.mounts.mount("secret", "transit/", { type: "transit" });
  const tally = await Tally.of("transit", { "transit/": "transit" });
  const [theirs, ours] = [side(askOver(bao.address, bao.token)), side(askBulkhead(api))];
  await compareAll({ tally, theirs, ours }, transitRequests);
  tally.finish();
});

type Ask = (path: string, body?: object) => Promise<Record<string, unknown>>;

const at = (node: unknown, ...names: readonly string[]): string => {
  const found = names.reduce<unknown>(
    (value, name) => (value as Record<string, unknown> | undefined)?.[name],
    node,
  );
  if (typeof found !== "string") throw new Error(`no text at ${names.join(".")}`);
  return found;
};
const coded = (versioned: string): Buffer => Buffer.from(versioned.split(":")[2] ?? "", "base64");

function openAead(cipher: string, key: Buffer, bytes: Buffer, aad?: Buffer): string {
  const decipher = createDecipheriv(cipher as CipherGCMTypes, key, bytes.subarray(0, 12), {
    authTagLength: 16,
  });
  decipher.setAuthTag(bytes.subarray(-16));
  if (aad !== undefined) decipher.setAAD(aad);
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString();
}

const HELLO = Buffer.from("hello");
const input = HELLO.toString("base64");
const CONTEXT = Buffer.from("tenant one");

/** What one side made is opened and checked by node:crypto alone, with the key that this side exports. */
async function checkFormats(ask: Ask): Promise<number> {
  let checked = 0;
  const same = (seen: unknown, wanted: unknown): void => {
    assert.deepEqual(seen, wanted);
    checked++;
  };
  const exported = async (kind: string, name: string): Promise<string> =>
    at(await ask(`export/${kind}/${name}`), "keys", "1");
  for (const [type, cipher] of [
    ["aes128-gcm96", "aes-128-gcm"],
    ["aes256-gcm96", "aes-256-gcm"],
    ["chacha20-poly1305", "chacha20-poly1305"],
  ] as const) {
    await ask(`keys/f-${type}`, { type, exportable: true });
    const key = Buffer.from(await exported("encryption-key", `f-${type}`), "base64");
    const made = at(await ask(`encrypt/f-${type}`, { plaintext: input }), "ciphertext");
    same(openAead(cipher, key, coded(made)), "hello");
    const bound = at(
      await ask(`encrypt/f-${type}`, { plaintext: input, associated_data: CONTEXT.toString("base64") }),
      "ciphertext",
    );
    same(openAead(cipher, key, coded(bound), CONTEXT), "hello");
    const mac = at(await ask(`hmac/f-${type}/sha2-384`, { input }), "hmac");
    const macKey = Buffer.from(await exported("hmac-key", `f-${type}`), "base64");
    same(coded(mac), createHmac("sha384", macKey).update(HELLO).digest());
  }
  for (const convergent_encryption of [false, true]) {
    const name = `f-derived-${convergent_encryption}`;
    await ask(`keys/${name}`, { derived: true, convergent_encryption, exportable: true });
    const key = Buffer.from(await exported("encryption-key", name), "base64");
    const context = CONTEXT.toString("base64");
    const made = await Promise.all([1, 2].map(() => ask(`encrypt/${name}`, { plaintext: input, context })));
    const [one, two] = made.map((answer) => at(answer, "ciphertext"));
    same(one === two, convergent_encryption);
    const derived = Buffer.from(hkdfSync("sha256", key, "", CONTEXT, 32));
    same(openAead("aes-256-gcm", derived, coded(one ?? "")), "hello");
  }
  await ask("keys/f-rsa", { type: "rsa-2048", exportable: true });
  const pem = await exported("encryption-key", "f-rsa");
  const sealed = at(await ask("encrypt/f-rsa", { plaintext: input }), "ciphertext");
  const oaep = { key: pem, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };
  same(privateDecrypt(oaep, coded(sealed)).toString(), "hello");
  return checked + (await checkSignatures(ask));
}

async function checkSignatures(ask: Ask): Promise<number> {
  const { RSA_PKCS1_PSS_PADDING, RSA_PKCS1_PADDING, RSA_PSS_SALTLEN_AUTO } = constants;
  const pss = { padding: RSA_PKCS1_PSS_PADDING, saltLength: RSA_PSS_SALTLEN_AUTO };
  const cases = [
    ["ecdsa-p256", {}, {}],
    ["ecdsa-p384", { marshaling_algorithm: "jws" }, { dsaEncoding: "ieee-p1363" }],
    ["ecdsa-p521", {}, {}],
    ["rsa-2048", {}, pss],
    ["rsa-3072", { signature_algorithm: "pkcs1v15" }, { padding: RSA_PKCS1_PADDING }],
    [
      "rsa-2048",
      { signature_algorithm: "pkcs1v15", hash_algorithm: "sha2-512" },
      { padding: RSA_PKCS1_PADDING },
    ],
    ["rsa-4096", { salt_length: "hash" }, pss],
  ] as const;
  let checked = 0;
  for (const [type, asked, how] of cases) {
    await ask(`keys/g-${type}`, { type });
    const key = createPublicKey(at(await ask(`keys/g-${type}`), "keys", "1", "public_key"));
    const hash = "hash_algorithm" in asked ? "sha512" : "sha256";
    const digest = createHash(hash).update(HELLO).digest("base64");
    for (const given of [{ input }, { input: digest, prehashed: true }]) {
      const signature = at(await ask(`sign/g-${type}`, { ...asked, ...given }), "signature");
      const bytes = Buffer.from(
        signature.split(":")[2] ?? "",
        "marshaling_algorithm" in asked ? "base64url" : "base64",
      );
      assert.ok(verify(hash, HELLO, { key, ...how }, bytes), `${type} ${JSON.stringify(asked)}`);
      assert.ok(!verify(hash, Buffer.from("other"), { key, ...how }, bytes));
      const valid = await ask(`verify/g-${type}`, { ...asked, input, signature });
      assert.equal(valid.valid, true);
      checked++;
    }
  }
  await ask("keys/g-ed25519", { type: "ed25519" });
  const raw = Buffer.from(at(await ask("keys/g-ed25519"), "keys", "1", "public_key"), "base64");
  const key = createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: raw.toString("base64url") },
    format: "jwk",
  });
  const signature = at(await ask("sign/g-ed25519", { input }), "signature");
  assert.ok(verify(null, HELLO, key, coded(signature)));
  return checked + 1;
}

test("what either side made is opened and checked by node:crypto alone", {
  timeout: 300_000,
}, async (context) => {
  const bao = await startBao();
  if (bao === null) return context.skip(NO_PIP);
  context.after(() => bao.stop());
  const api = await pluginApi(context, { engines: [transit] });
  await askOver(
    bao.address,
    bao.token,
  )({ method: "POST", path: "sys/mounts/transit", body: { type: "transit" } });
  await api.kernel.services.mounts.mount("secret", "transit/", { type: "transit" });
  const asking =
    (ask: (request: TransitRequest) => Promise<{ status: number; body: unknown }>): Ask =>
    async (path, body) => {
      const { status, body: answer } = await ask({
        method: body === undefined ? "GET" : "POST",
        path: `transit/${path}`,
        ...(body !== undefined && { body }),
      });
      assert.equal(status, 200, `${path}: ${JSON.stringify(answer)}`);
      return (answer as { data: Record<string, unknown> }).data;
    };
  const theirs = await checkFormats(asking(askOver(bao.address, bao.token)));
  assert.equal(await checkFormats(asking(askBulkhead(api))), theirs);
  assert.ok(theirs > 20);
});
