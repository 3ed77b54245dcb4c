/** Who stands behind an identity token: sealed for one token, opened for no other, and for nothing that was made up. */
import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import test from "node:test";
import { checkAlias } from "./login.ts";
import { openPerson, sealPerson } from "./person.ts";

test("a sealed person opens with its key and its token alone", () => {
  const key = createSecretKey(Buffer.alloc(32, 1));
  const facts = { iss: "i", sub: "s", aud: "a", iat: 1, exp: 2, nonce: "n" } as never;
  const sealed = sealPerson(key, "acc/ada", facts);
  assert.equal(openPerson(key, sealed, facts), "acc/ada");
  assert.equal(openPerson(createSecretKey(Buffer.alloc(32, 2)), sealed, facts), null);
  assert.equal(
    openPerson(key, sealed, { iss: "i", sub: "t", aud: "a", iat: 1, exp: 2, nonce: "n" } as never),
    null,
  );
  for (const claim of [
    undefined,
    null,
    7,
    "",
    "x",
    "AAAA",
    sealed.slice(0, 20),
    `${sealed.slice(0, -2)}AA`,
    "A".repeat(100_000),
    [sealed],
  ])
    assert.equal(openPerson(key, claim, facts), null, String(claim).slice(0, 40));
});

test("the name of a login and what it says of itself are bounded", () => {
  const pairs = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, "v"]));
  checkAlias({ name: "a", metadata: {} });
  for (const bad of [
    { name: "", metadata: {} },
    { name: "x".repeat(100_000), metadata: {} },
    { name: "a", metadata: pairs(10_000) },
  ])
    assert.throws(() => checkAlias(bad), { code: "request.invalid" });
});
