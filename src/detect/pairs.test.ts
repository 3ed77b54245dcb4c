import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { fake } from "../../test/support/fake.ts";
import { expandRecipe } from "../../test/support/recipes.ts";
import { scale } from "../../test/support/scale.ts";
import { providers } from "../providers/index.ts";
import type { Provider, Recipe } from "../providers/types.ts";
import { createDetector } from "./detector.ts";
import { PAIR_DISTANCE } from "./pairs.ts";

const detector = createDetector({ providers });
const id = (): string => fake("AKIA", 16, "upper");
const secret = (): string => `AWS_SECRET_ACCESS_KEY=${fake("", 40, "base64")}`;
/** `rule<paired part at its offset` or `rule!severity: what is missing`. */
const show = (text: string, engine = detector): string[] =>
  engine.scan(Buffer.from(text, "latin1")).map(({ rule, paired, incomplete }) => {
    const with_ = paired === undefined ? "" : `<${paired.part}@${paired.offset}+${paired.length}`;
    return `${rule.id}${with_}${incomplete === undefined ? "" : `!${rule.severity}: ${incomplete}`}`;
  });
const LONE = "aws-access-key-id!low: a secret access key";

test("an id and its secret close together are one match, in either order", () => {
  const gap = "x".repeat(50);
  assert.deepEqual(show(`${gap} ${id()}\n${gap}\n${secret()}`), [
    "aws-secret-access-key<access_key_id@51+20",
  ]);
  const key = secret();
  assert.deepEqual(show(`${key}\n${id()}`), [`aws-secret-access-key<access_key_id@${key.length + 1}+20`]);
});

test("an id alone is low and says what is missing; a secret alone is whole", () => {
  assert.deepEqual(show(id()), [LONE]);
  assert.deepEqual(show(secret()), ["aws-secret-access-key"]);
  const far = "z ".repeat(PAIR_DISTANCE / 2 + 40);
  assert.deepEqual(show(`${id()} ${far} ${secret()} ${far} ${id()}`), [LONE, "aws-secret-access-key", LONE]);
});

test("each id goes with one secret, whatever their order", () => {
  const list = (order: string): string => [...order].map((one) => (one === "i" ? id() : secret())).join("\n");
  const kinds = (order: string): string =>
    show(list(order))
      .map((one) => (one === LONE ? "lone" : one.includes("<") ? "pair" : "secret"))
      .join(" ");
  assert.equal(kinds("isis"), "pair pair");
  assert.equal(kinds("sisi"), "pair pair");
  assert.equal(kinds("iss"), "pair secret");
  assert.equal(kinds("iis"), "lone pair");
  assert.equal(kinds("is" + "i"), "pair lone");
});

test("ids of other providers do not count, and what is public by design stays as it is", () => {
  assert.deepEqual(show(`${id()} ${fake("hf_", 34)}`), [LONE, "huggingface-token"]);
  assert.deepEqual(show(fake("sb_publishable_", 30, "base64url")), ["supabase-publishable-key"]);
});

const acme = (parts: NonNullable<Provider["parts"]>): Provider => {
  const credential = (name: string, part: string) => ({
    id: `acme-${part}`,
    title: `Acme ${part}`,
    severity: "high" as const,
    part,
    formats: [{ pattern: `${name}_[0-9a-f]{20}`, literals: [`${name}_`] }],
    hits: [],
    misses: [],
  });
  return {
    ...(providers[0] as Provider),
    id: "acme",
    credentials: [credential("acp", "public_key"), credential("acs", "value"), credential("act", "token")],
    parts,
  };
};
const made = (): string => `${fake("acp_", 20, "hex")} ${fake("acs_", 20, "hex")}`;

test("which part completes which comes from the catalogue", () => {
  const only = createDetector({
    providers: [
      acme([
        { name: "public_key", secret: false },
        { name: "value", secret: true },
      ]),
    ],
  });
  assert.deepEqual(show(made(), only), ["acme-value<public_key@0+24"]);
  assert.deepEqual(show(fake("acp_", 20, "hex"), only), ["acme-public_key!low: an Acme value"]);
  const several = [
    { name: "public_key", secret: false },
    { name: "value", secret: true },
    { name: "token", secret: true },
  ];
  assert.deepEqual(
    show(made(), createDetector({ providers: [acme(several)] })),
    ["acme-public_key", "acme-value"],
    "not said",
  );
  const named = several.map((part) => (part.name === "public_key" ? { ...part, needs: "token" } : part));
  const engine = createDetector({ providers: [acme(named)] });
  assert.deepEqual(show(made(), engine), ["acme-public_key!low: a token", "acme-value"]);
  assert.deepEqual(show(`${fake("act_", 20, "hex")} ${made()}`, engine), [
    "acme-token<public_key@25+24",
    "acme-value",
  ]);
});

/** Ids whose secret has no form that a rule could know. */
const NO_RULE = new Set(["volcengine/secret_access_key", "mongodb-atlas/private_key"]);

test("each vendor's id and secret are one finding, and its id alone is low", () => {
  const pairs: string[] = [];
  for (const { id: provider, credentials, parts = [] } of providers)
    for (const credential of credentials) {
      const own = parts.find(({ name }) => name === (credential.part ?? "value"));
      if (own === undefined || own.secret || credential.public === true) continue;
      const made = (hit: Recipe | undefined, seed: string): string => expandRecipe(hit ?? [], seed);
      const alone = made(credential.hits[0], "pair id");
      const [lone, ...others] = detector.scan(Buffer.from(alone, "latin1"));
      assert.ok(lone !== undefined && others.length === 0, credential.id);
      assert.equal(lone.rule.id, credential.id);
      assert.equal(lone.rule.severity, "low", credential.id);
      assert.match(lone.incomplete ?? "", /^an? \w/, credential.id);
      const part = detector.rules.find(({ id }) => id === credential.id)?.needs?.part;
      const secrets = credentials.filter((one) => (one.part ?? "value") === part);
      if (secrets.length === 0) {
        assert.ok(NO_RULE.has(`${provider}/${part}`), `${provider}: no rule finds the ${part}`);
        continue;
      }
      for (const secret of secrets)
        for (const text of [
          `${alone}\n${made(secret.hits[0], "pair secret")}`,
          `${made(secret.hits[0], "pair secret")}\n\n${alone}`,
        ]) {
          const found = detector.scan(Buffer.from(text, "latin1"));
          assert.deepEqual(
            found.map(({ rule, paired, incomplete }) => [rule.id, paired?.part, incomplete]),
            [[secret.id, own.name, undefined]],
            text,
          );
        }
      pairs.push(credential.id);
    }
  assert.ok(pairs.length >= 20, pairs.join());
  for (const known of [
    "aws-access-key-id",
    "twilio-account-sid",
    "twilio-api-key",
    "tencent-cloud-secret-id",
  ])
    assert.ok(pairs.includes(known), known);
});

test("two secrets that are one credential are one match, and each by itself is whole", () => {
  const api = `DD_API_KEY=${fake("", 32, "hex", "api")}`;
  const app = `DD_APP_KEY=${fake("", 40, "hex", "app")}`;
  assert.deepEqual(show(`${api}\n${app}`), ["datadog-app-key<api_key@11+32"]);
  assert.deepEqual(show(`${app}\n${api}`), [`datadog-app-key<api_key@${app.length + 12}+32`]);
  const severity = (text: string): string[] =>
    detector
      .scan(Buffer.from(text, "latin1"))
      .map((one) => `${one.rule.id} ${one.rule.severity} ${one.incomplete}`);
  assert.deepEqual(severity(api), ["datadog-api-key high undefined"]);
  assert.deepEqual(severity(app), ["datadog-app-key critical undefined"]);
  const far = "z ".repeat(PAIR_DISTANCE / 2 + 40);
  assert.deepEqual(show(`${api} ${far} ${app}`), ["datadog-api-key", "datadog-app-key"]);
  const both = createDetector({ providers, everySecret: true });
  assert.deepEqual(
    show(`${api}\n${app}\n${id()}\n${secret()}`, both).map((one) => one.replace(/@.*/, "")),
    ["datadog-api-key", "datadog-app-key<api_key", "aws-secret-access-key<access_key_id"],
    "who hides values sees each secret",
  );
});

test("pairs do not depend on how the input arrives", () => {
  const engines = [9, 70, 700, 5000].map((blockSize) => createDetector({ providers, blockSize }));
  const piece = fc.oneof(
    fc.constant(id),
    fc.constant(secret),
    fc.integer({ min: 1, max: 1300 }).map((length) => () => "y ".repeat(length / 2)),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }),
      fc.constantFrom(...engines),
      fc.integer({ min: 1, max: 900 }),
      (pieces, engine, size) => {
        const text = pieces.map((one) => one()).join("\n");
        const expected = show(text);
        assert.deepEqual(show(text, engine), expected);
        const stream = engine.stream();
        const bytes = Buffer.from(text, "latin1");
        let count = 0;
        for (let at = 0; at < bytes.length; at += size)
          count += stream.push(bytes.subarray(at, at + size)).length;
        assert.equal(count + stream.end().length, expected.length);
      },
    ),
    { numRuns: scale(60, 2000) },
  );
});
