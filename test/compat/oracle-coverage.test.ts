/**
 * The sum of all oracles: at least a thousand requests, and every route × operation that OpenBao has as well is asked once so that it
 * is answered and once so that it is refused, or stands below with the reason why not.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { baoFacts, keyOf, keysOf, ourFacts, routeOf } from "../../tools/api-facts.ts";
import { askedParts, askedRoutes } from "../../tools/compatibility.ts";
import { startBao } from "../support/bao.ts";
import { NO_PIP } from "../support/python.ts";

interface Exception {
  readonly routes: RegExp;
  readonly lacks: "right" | "wrong" | "both";
  readonly reason: string;
}
const lacks = (what: Exception["lacks"], routes: RegExp, reason: string): Exception => ({
  routes,
  lacks: what,
  reason,
});

const EXCEPTIONS: readonly Exception[] = [
  lacks(
    "wrong",
    /^read (?:sys (?:leader|seal-status|init)|identity oidc\/\.well-known\/.*|pki (?:ca|ca\/pem|ca_chain|crl|crl\/pem))$/,
    "open to everybody, and nothing can be said wrongly",
  ),
  lacks(
    "wrong",
    /^delete sys (?:rekey\/init|generate-root\/attempt)$/,
    "gives up whatever there is, or nothing",
  ),
  lacks(
    "right",
    /^\w+ sys (?:rekey\/(?:backup|recovery-key-backup)|rotate\/(?:root|recovery)\/backup)$/,
    "nothing is kept there without PGP keys, which are not offered",
  ),
  lacks(
    "right",
    /^\w+ sys rotate\/recovery\//,
    "needs shares of a recovery key, which only a seal by another server has: test/acceptance/auto-unseal.test.ts",
  ),
  lacks("right", /^update sys leases\/renew\/\{id\*\}$/, "the same as with the id in the body"),
  lacks("right", /^read auth\/(?:jwt|oidc) oidc\/callback$/, "needs a browser at a provider: src/auth/jwt"),
  lacks(
    "right",
    /^update auth\/oidc (?:login|oidc\/auth_url)$/,
    "the same declarations as auth/jwt, asked there",
  ),
];

test("a thousand requests, and no part of them is empty", () => {
  const parts = askedParts();
  assert.ok(parts.length >= 15, parts.map(([name]) => name).join());
  for (const [name, { requests }] of parts) assert.ok(requests > 0, name);
  const sum = parts.reduce((all, [, { requests }]) => all + requests, 0);
  assert.ok(sum >= 1_000, `${sum} requests`);
  for (const [name, { differences }] of parts)
    for (const [request, reason] of differences) assert.ok(reason.length > 8, `${name}: ${request}`);
});

test("every route that both have is asked well and wrongly", { timeout: 300_000 }, async (context) => {
  const bao = await startBao();
  if (bao === null) return context.skip(NO_PIP);
  context.after(() => bao.stop());
  const known = new Set((await baoFacts(bao)).facts.map(keyOf));
  const asked = askedRoutes();
  const used = new Set<Exception>();
  const problems: string[] = [];
  let shared = 0;
  for (const fact of (await ourFacts()).facts.filter((one) => keysOf(one).some((key) => known.has(key)))) {
    shared++;
    const route = routeOf(fact);
    const [right, wrong] = asked.get(route) ?? [0, 0];
    for (const [what, count] of [
      ["right", right],
      ["wrong", wrong],
    ] as const) {
      if (count > 0) continue;
      const exception = EXCEPTIONS.find(
        (one) => (one.lacks === what || one.lacks === "both") && one.routes.test(route),
      );
      if (exception === undefined) problems.push(`${route}: never asked so that it is ${what}`);
      else used.add(exception);
    }
  }
  assert.deepEqual(problems, []);
  assert.ok(shared > 300, `${shared} routes`);
  assert.deepEqual(
    EXCEPTIONS.filter((one) => !used.has(one)).map(({ routes }) => String(routes)),
    [],
    "exceptions that nothing needs any more",
  );
});
