import assert from "node:assert/strict";
import { globSync } from "node:fs";
import test from "node:test";
import { isKind } from "../core/kinds.ts";
import { parseDuration } from "../core/duration.ts";
import { expandRecipe } from "../../test/support/recipes.ts";
import { providers } from "./index.ts";
import {
  credentialForVariable,
  fieldsOf,
  looksLikeCredentialName,
  providerById,
  providerForPackage,
  providerForVariable,
  providerNames,
} from "./lookup.ts";

const NO_PROVIDER = new Set([
  "types.ts",
  "format.ts",
  "layout.ts",
  "pieces.ts",
  "sample.ts",
  "sources.ts",
  "all-file.ts",
  "all.ts",
  "index.ts",
  "lookup.ts",
]);

test("every provider file is registered under its own name", () => {
  const files = globSync("*.ts", { cwd: import.meta.dirname })
    .filter((file) => !file.endsWith(".test.ts") && !NO_PROVIDER.has(file))
    .map((file) => file.slice(0, -3));
  assert.deepEqual(providers.map(({ id }) => id).sort(), files.sort());
  assert.ok(providers.length >= 250);
});

const twice = (names: readonly string[]): string[] => names.filter((name, i) => names.indexOf(name) !== i);

test("ids, aliases, credential ids and variables are unique", () => {
  assert.deepEqual(twice(providers.flatMap(({ id, aliases }) => [id, ...(aliases ?? [])])), []);
  assert.deepEqual(twice(providers.flatMap(({ credentials }) => credentials.map(({ id }) => id))), []);
  assert.deepEqual(twice(providers.flatMap(({ variables }) => Object.keys(variables))), []);
  assert.deepEqual(twice(["a", "b", "a"]), ["a"]);
});

test("every entry is complete and consistent", () => {
  for (const provider of providers) {
    const parts = new Set(fieldsOf(provider).map(({ name }) => name));
    assert.ok(isKind(provider.kind), provider.id);
    assert.match(provider.docs, /^https:\/\//);
    assert.ok(provider.credentials.length > 0 && Object.keys(provider.variables).length > 0, provider.id);
    assert.ok([...parts].length > 0 && fieldsOf(provider).some(({ secret }) => secret), provider.id);
    if (provider.rotate.every !== undefined) assert.ok(parseDuration(provider.rotate.every) > 0);
    if (provider.rotate.by === "person") assert.match(provider.rotate.page ?? "", /^https:/, provider.id);
    for (const [variable, part] of Object.entries(provider.variables))
      assert.ok(parts.has(part), `${provider.id}: ${variable} names no part ${part}`);
    for (const credential of provider.credentials) {
      assert.ok(parts.has(credential.part ?? "value"), credential.id);
      assert.ok(credential.hits.length > 0 && credential.misses.length > 0, credential.id);
      assert.match(credential.cite ?? "https://", /^https:\/\//, credential.id);
      for (const format of credential.formats) {
        assert.doesNotThrow(() => new RegExp(format.pattern), credential.id);
        assert.ok(
          format.literals.length > 0 && format.literals.every((text) => text.length >= 3),
          credential.id,
        );
        assert.ok(
          format.maxLength === undefined || (format.maxLength > 0 && format.maxLength <= 8192),
          credential.id,
        );
      }
    }
  }
});

test("nearly every credential names a page that documents its form, or public code in which it was seen", () => {
  const cited = providers.flatMap(({ credentials }) => credentials).filter(({ cite }) => cite !== undefined);
  for (const { id, cite } of cited) assert.match(cite ?? "", /^https:\/\/[\w.-]+\/?\S*$/, id);
  assert.ok(cited.length >= 360, `${cited.length}`);
});

test("a pattern matches its hits within its stated length, its literals included, and not its misses", () => {
  for (const { credentials } of providers)
    for (const { id, formats, hits, misses } of credentials) {
      for (const [index, recipe] of hits.entries()) {
        const text = expandRecipe(recipe, `${id}-${index}`);
        const found = formats.flatMap((format) => {
          const match = new RegExp(format.pattern).exec(text);
          if (match !== null) {
            assert.ok(
              match[0].length <= (format.maxLength ?? Infinity),
              `${id}: ${match[0].length} > ${format.maxLength}`,
            );
            assert.ok(
              format.literals.some((literal) => match[0].toLowerCase().includes(literal.toLowerCase())),
              `${id}: no literal in its match`,
            );
          }
          return match === null ? [] : [match[0]];
        });
        assert.ok(found.length > 0, `${id}: hit ${index} is not matched`);
      }
      for (const [index, recipe] of misses.entries())
        for (const format of formats) {
          if (format.check !== undefined) continue;
          const text = expandRecipe(recipe, `${id}-miss-${index}`);
          assert.equal(new RegExp(format.pattern).test(text), false, `${id}: miss ${index} is matched`);
        }
    }
});

test("look-ups by name, alias, variable and package", () => {
  assert.equal(providerById("hf")?.id, "huggingface");
  assert.equal(providerById("hub"), undefined);
  assert.ok(providerNames().includes("openai"));
  assert.equal(providerForVariable("WANDB_API_KEY")?.id, "wandb");
  assert.equal(providerForVariable("PATH"), undefined);
  assert.equal(providerForPackage("Google_Generativeai")?.id, "google");
  assert.equal(providerForPackage("psycopg2-binary")?.id, "postgres");
  assert.equal(providerForPackage("google.cloud.storage")?.id, "google");
  assert.equal(providerForPackage("@aws-sdk/client-s3")?.id, "aws");
  assert.equal(providerForPackage("openai/azure")?.id, "openai");
  for (const stranger of ["left-pad", "", "google", "openai-like", "x".repeat(1000)])
    assert.equal(providerForPackage(stranger), undefined, stranger);
});

test("the variables a collector of credentials asks for are all known", () => {
  const asked = {
    OPENAI_API_KEY: "openai",
    ANTHROPIC_API_KEY: "anthropic",
    HF_TOKEN: "huggingface",
    REPLICATE_API_TOKEN: "replicate",
    TOGETHER_API_KEY: "together",
    AZURE_OPENAI_KEY: "azure-openai",
    AWS_ACCESS_KEY_ID: "aws",
    AWS_SECRET_ACCESS_KEY: "aws",
    GOOGLE_APPLICATION_CREDENTIALS: "google",
    WANDB_API_KEY: "wandb",
    COMET_API_KEY: "comet",
    MLFLOW_TRACKING_USERNAME: "mlflow",
    NEPTUNE_API_TOKEN: "neptune",
  };
  for (const [name, id] of Object.entries(asked)) {
    const match = credentialForVariable(name);
    assert.equal(match?.provider?.id, id, name);
    assert.equal(match?.confident, true, name);
  }
});

test("a variable says its part, and what is no secret is known as such", () => {
  assert.deepEqual(
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"].map((name) => {
      const match = credentialForVariable(name);
      return [match?.part, match?.secret];
    }),
    [
      ["access_key_id", false],
      ["secret_access_key", true],
      ["session_token", true],
    ],
  );
});

test("unknown names are judged by their words", () => {
  const guess = (name: string): string | null | undefined => {
    const match = credentialForVariable(name);
    return match === null ? undefined : (match.provider?.id ?? null);
  };
  assert.equal(guess("TEAM_OPENAI_API_KEY"), "openai");
  assert.equal(guess("PINECONE_PROD_TOKEN"), "pinecone");
  assert.equal(guess("ACME_API_KEY"), null);
  assert.equal(guess("EPOCHS"), undefined);
  const yes = [
    "ACME_API_KEY",
    "dbPassword",
    "SLACK_HOOK_SECRET",
    "ACME_TOKEN_PROD",
    "DATABASE_URL",
    "acme-client-secret",
    "DB_PASS",
    "SENTRY_DSN",
  ];
  const no = [
    "PATH",
    "PWD",
    "MAX_TOKENS",
    "TOKENIZERS_PARALLELISM",
    "SORT_KEY",
    "KEYBOARD",
    "PUBLIC_KEY",
    "ACME_KEY_ID",
    "SECRET_NAME",
    "TOKEN_LIMIT",
    "COMPASS",
    "",
    "KEY".repeat(100),
  ];
  assert.deepEqual(
    yes.filter((name) => !looksLikeCredentialName(name)),
    [],
  );
  assert.deepEqual(no.filter(looksLikeCredentialName), []);
});
