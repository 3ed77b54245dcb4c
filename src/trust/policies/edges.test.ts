/** What each reader does at the edge of what it reads, rule by rule: one line is one document or expression, and what it comes to. */
import assert from "node:assert/strict";
import test from "node:test";
import type { Json } from "../../core/json-bytes.ts";
import { celTokens } from "./cel-tokens.ts";
import { celFormula } from "./cel.ts";
import {
  type TrustPolicy,
  type Verdict,
  admits,
  awsPolicy,
  azurePolicy,
  breadthOf,
  decide,
  described,
  googlePolicy,
  isAwsTrust,
  memberFormula,
  publisherPolicy,
  vaultPolicy,
  waysOf,
} from "./index.ts";

const HUB = "https://token.actions.githubusercontent.com";
const K = "token.actions.githubusercontent.com";
const ARN = `arn:aws:iam::1:oidc-provider/${K}`;
const LAB_ARN = "arn:aws:iam::1:oidc-provider/gitlab.com";
const MAIN = "repo:acme/fraud:ref:refs/heads/main";
const TOKEN = {
  iss: HUB,
  aud: "sts.amazonaws.com",
  sub: MAIN,
  repository: "acme/fraud",
  repository_id: "42",
  ref: "refs/heads/main",
  groups: ["ml", "ops"],
  flag: true,
  count: 42,
  none: null,
  empty: [],
  deep: { "a/b": { "c~d": "x" } },
} satisfies Record<string, Json>;

type Fields = Readonly<Record<string, Json>>;
const statement = (condition: Json, more: Fields = {}): Json => ({
  Effect: "Allow",
  Principal: { Federated: ARN },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition: condition,
  ...more,
});
const aws = (condition: Json, more: Fields = {}): TrustPolicy =>
  awsPolicy({ Statement: [statement(condition, more)] });
const kinds = (policy: TrustPolicy): string[] => [
  ...new Set(
    breadthOf(policy).map(
      ({ kind, environment, broken }) =>
        `${kind}${environment === undefined ? "" : `?${environment}`}${broken === true ? "!" : ""}`,
    ),
  ),
];

test("AWS: what is a trust policy, and which of its statements are about federated jobs", () => {
  const trusts: readonly [Json, boolean][] = [
    [{ Statement: [{ Principal: "*" }] }, true],
    [{ Statement: [{ NotPrincipal: "*" }] }, true],
    [{ Statement: { principal: "*" } }, true],
    [{ Statement: [null, { Principal: "*" }] }, true],
    [{ Statement: [null] }, false],
    [{ Statement: [{ Action: "s3:GetObject" }] }, false],
    [{}, false],
    [null, false],
  ];
  for (const [document, wanted] of trusts)
    assert.equal(isAwsTrust(document), wanted, JSON.stringify(document));
  const none: Fields = { Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:*" };
  const count = (more: Fields): number => aws({}, more).statements.length;
  assert.deepEqual(
    [
      count({}),
      count({ Action: "*" }),
      count({ Action: "sts:Assume?oleWithWebIdentity" }),
      count({ Action: "sts.*" }),
      count({ Action: [] }),
      count({ Action: [], NotAction: "s3:*" }),
      count({ Action: [], NotAction: "sts:*" }),
      count(none),
      count({ Principal: null }),
      count({ Principal: { Federated: "arn:aws:iam::1:saml-provider/x" } }),
      count({ NotPrincipal: { AWS: "1" } }),
    ],
    [1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0],
  );
  assert.deepEqual(aws({}, { NotPrincipal: "x" }).problems, [
    { place: "/Statement/0/NotPrincipal", text: "NotPrincipal is not read" },
  ]);
  assert.deepEqual(awsPolicy({ Statement: [["x"], 7] }).problems, [
    { place: "/Statement/0", text: "a statement is no object" },
    { place: "/Statement/1", text: "a statement is no object" },
  ]);
  for (const nothing of [null, [], "x", {}]) assert.deepEqual(awsPolicy(nothing).statements, []);
  assert.equal(awsPolicy({ Statement: statement({}) }).statements[0]?.place, "/Statement");
});

test("AWS: whose tokens a principal means", () => {
  const issuers = (principal: Json, condition: Json = null): readonly string[] | null | undefined =>
    aws(condition, { Principal: principal }).statements[0]?.issuers;
  const of = (...keys: string[]): Json => ({
    StringEquals: Object.fromEntries(keys.map((key) => [key, "x"])),
  });
  assert.deepEqual(issuers({ Federated: ARN }), [HUB]);
  assert.deepEqual(issuers({ Federated: [ARN, LAB_ARN] }), [HUB, "https://gitlab.com"]);
  assert.deepEqual(issuers({ Federated: "accounts.google.com" }), ["https://accounts.google.com"]);
  for (const anybody of ["*", { Federated: "*" }, { Federated: ["*", ARN] }]) {
    assert.equal(issuers(anybody, of(`${K}:sub`)), null, "whatever the conditions name");
    assert.deepEqual(kinds(aws(of(`${K}:sub`), { Principal: anybody })), ["any-issuer"]);
  }
  const unresolved = { Federated: "${provider.arn}" };
  assert.deepEqual(issuers(unresolved, of(`${K}:sub`, `${K}:aud`)), [HUB]);
  assert.equal(issuers(unresolved, of(`${K}:sub`, "gitlab.com:sub")), null, "which of two is not known");
  assert.equal(issuers(unresolved, of("aws:SourceIp")), null);
  assert.equal(issuers(unresolved), null);
});

test("AWS: each condition, for a token", () => {
  const key = (name: string): string => `${K}:${name}`;
  const rows: readonly [string, Json, Verdict, Fields?][] = [
    ["a number as text", { NumericEquals: { [key("count")]: "42" } }, true],
    ["a number as such", { NumericEquals: { [key("count")]: 42 } }, true],
    ["another number", { NumericEquals: { [key("count")]: 43 } }, false],
    ["bool", { Bool: { [key("flag")]: true } }, true],
    ["null claims are absent", { StringEquals: { [key("none")]: "x" } }, false],
    ["null claims are absent: IfExists", { StringEqualsIfExists: { [key("none")]: "x" } }, true],
    ["any of a list", { StringEquals: { [key("groups")]: "ops" } }, true],
    ["none of a list", { StringEquals: { [key("groups")]: "web" } }, false],
    ["all of a list", { "ForAllValues:StringEquals": { [key("groups")]: ["ml", "ops"] } }, true],
    ["not all of a list", { "ForAllValues:StringEquals": { [key("groups")]: ["ml"] } }, false],
    ["all of none", { "ForAllValues:StringEquals": { [key("empty")]: ["ml"] } }, true],
    ["any of none", { "ForAnyValue:StringEquals": { [key("empty")]: ["ml"] } }, false],
    ["any of none, if it exists", { StringEqualsIfExists: { [key("empty")]: ["ml"] } }, true],
    ["one is another", { "ForAnyValue:StringNotEquals": { [key("groups")]: ["ml"] } }, true],
    ["none is another", { "ForAnyValue:StringNotEquals": { [key("groups")]: ["ml", "ops"] } }, false],
    ["all are others", { "ForAllValues:StringNotEquals": { [key("groups")]: ["ml"] } }, false],
    ["none of none is another", { "ForAnyValue:StringNotEqualsIfExists": { [key("empty")]: "x" } }, false],
    ["absent is no other", { "ForAnyValue:StringNotEquals": { [key("gone")]: "x" } }, false],
    ["absent is fine", { "ForAnyValue:StringNotEqualsIfExists": { [key("gone")]: "x" } }, true],
    ["absent is another", { StringNotEquals: { [key("gone")]: "x" } }, true],
    ["Null true, there", { Null: { [key("sub")]: "true" } }, false],
    ["Null false, there", { Null: { [key("sub")]: ["false"] } }, true],
    ["Null either", { Null: { [key("sub")]: ["true", "false"] } }, true],
    ["no object", { StringEquals: ["x"] }, null],
    ["no such operator", { constructor: { [key("sub")]: MAIN } }, null],
    ["a variable", { StringLike: { [key("sub")]: "repo:${owner}/*" } }, null],
    ["a variable beside", { StringLike: { [key("sub")]: ["repo:${owner}/*", "x"] } }, null],
    ["AWS's own key", { StringEquals: { "aws:SourceVpc": "vpc-1" } }, null],
    ["another provider's key", { StringEquals: { "gitlab.com:sub": MAIN } }, null],
    ["a key of any case", { StringEquals: { [`${K.toUpperCase()}:sub`]: MAIN } }, true],
    [
      "one of two providers",
      { StringEquals: { [key("sub")]: MAIN } },
      true,
      { Principal: { Federated: [LAB_ARN, ARN] } },
    ],
    ["anybody, no provider", { StringEquals: { sub: MAIN } }, null, { Principal: "*" }],
    ["anybody, an empty one", { StringEquals: { ":sub": MAIN } }, null, { Principal: "*" }],
    ["anybody, AWS's own", { StringEquals: { "aws:sub": MAIN } }, null, { Principal: "*" }],
    ["anybody, STS's own", { StringEquals: { "sts:sub": MAIN } }, null, { Principal: "*" }],
    ["anybody, a provider", { StringEquals: { [key("sub")]: MAIN } }, true, { Principal: "*" }],
  ];
  for (const [name, condition, wanted, more] of rows)
    assert.equal(admits(aws(condition, more), TOKEN).admitted, wanted, name);
  const unclear = awsPolicy({
    Statement: [
      statement({}),
      statement({ IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }, { Effect: "Deny" }),
    ],
  });
  assert.deepEqual(admits(unclear, TOKEN), {
    admitted: null,
    reason: "a denying statement was not understood",
  });
});

const CEL: readonly [string, Verdict][] = [
  // comparisons, either way round
  [`assertion.sub == '${MAIN}'`, true],
  [`'${MAIN}' == assertion.sub`, true],
  ["assertion.sub != 'x'", true],
  ["assertion.gone != 'x'", false],
  ["assertion.count == 42", true],
  ["assertion.ref == 'REFS/HEADS/MAIN'", false],
  ["assertion.count < '50'", null],
  ["'a' == 'a'", null],
  ["assertion.sub == assertion.sub", null],
  ["assertion.sub == true", null],
  // values by themselves
  ["true", true],
  ["false", false],
  ["assertion.flag", true],
  ["!assertion.flag", false],
  ["!assertion.gone", true],
  ["!'a'", null],
  ["!!assertion.flag", true],
  ["assertion.flag ? assertion.count == 42 : assertion.count == 1", true],
  ["assertion.gone ? true : false", false],
  // in
  ["assertion.repository_id in ['41', '42']", true],
  ["assertion.repository_id in ['41']", false],
  ["assertion.repository_id in []", false],
  ["assertion.repository_id in ['41', assertion.sub]", null],
  ["'ml' in assertion.groups", true],
  ["'web' in assertion.groups", false],
  ["assertion.sub in assertion.groups", null],
  ["'a' in ['a']", null],
  ["'a' in 'a'", null],
  ["assertion.sub in 'a'", null],
  // functions
  ["has(assertion.sub)", true],
  ["has(assertion.gone)", false],
  ["has(assertion.sub, assertion.ref)", null],
  ["has(assertion.sub assertion.ref)", null],
  ["has('x')", null],
  ["had(assertion.sub)", null],
  [`string(assertion.sub) == '${MAIN}'`, true],
  [`string(assertion.sub, 'x') == '${MAIN}'`, null],
  [`assertion.sub == string('${MAIN}')`, null],
  [`lower(assertion.sub) == '${MAIN}'`, null],
  ["assertion.sub.startsWith('repo:acme/')", true],
  ["assertion.sub.startsWith('acme')", false],
  ["assertion.sub.endsWith('/main')", true],
  ["assertion.sub.endsWith('repo')", false],
  ["assertion.sub.contains('fraud')", true],
  ["assertion.sub.contains('loot')", false],
  ["assertion.sub.startsWith('repo', 'x')", null],
  ["assertion.sub.startsWith()", null],
  ["assertion.sub.startsWith(assertion.ref)", null],
  ["assertion.sub.begins('repo')", null],
  ["assertion.sub.constructor('repo')", null],
  ["'repo'.startsWith('repo')", null],
  ["assertion.sub.'startsWith'('repo')", null],
  // folded case
  ["assertion.ref.lowerAscii() == 'REFS/HEADS/MAIN'", true],
  ["assertion.ref.lowerAscii() in ['REFS/HEADS/MAIN']", true],
  ["assertion.ref.lowerAscii().startsWith('REFS/')", true],
  ["assertion.ref.lowerAscii().startsWith('heads')", false],
  ["assertion.ref.lowerAscii().endsWith('MAIN')", true],
  ["assertion.ref.lowerAscii().endsWith('heads')", false],
  ["assertion.ref.lowerAscii().contains('HEADS')", true],
  ["assertion.ref.lowerAscii().contains('tags')", false],
  ["assertion.ref.lowerAscii().startsWith('re*')", null],
  ["assertion.ref.lowerAscii().matches('^refs$')", null],
  ["assertion.ref.lowerAscii('x') == 'refs/heads/main'", null],
  ["assertion.ref.upperAscii() == 'refs/heads/main'", null],
  ["assertion.ref == 'REFS/HEADS/MAIN'.lowerAscii()", null],
  // regular expressions without special characters are text
  [`assertion.sub.matches('^${MAIN}$')`, true],
  ["assertion.sub.matches('^repo:acme$')", false],
  ["assertion.sub.matches('^repo:acme')", true],
  ["assertion.sub.matches('^acme')", false],
  ["assertion.sub.matches('main$')", true],
  ["assertion.sub.matches('acme$')", false],
  ["assertion.sub.matches('acme')", true],
  ["assertion.sub.matches('loot')", false],
  ["assertion.sub.matches('a.me')", null],
  ["assertion.sub.matches(r'acme\\/fraud')", true],
  ["assertion.sub.matches(r'\\d')", null],
  ["assertion.groups.matches('^ops$')", true],
  ["assertion.groups.matches('^web$')", false],
  ["assertion.empty.matches('x')", false],
  // names
  ["assertion['sub'].startsWith('repo')", true],
  ["assertion[sub] == 'x'", null],
  ["assertion.'sub' == 'x'", null],
  ["assertion == 'x'", null],
  ["sub == 'x'", null],
  ["attribute.unmapped == 'x'", null],
  ["attribute.computed == 'x'", null],
  ["attribute.repository == 'acme/fraud'", true],
  ["assertion.deep['a/b']['c~d'] == 'x'", true],
  ["assertion.deep['a/b'].c == 'x'", false],
  // text that looks like a sign is none
  ["assertion.sub == '!'", false],
  ["assertion.sub in [']', '(', '!']", false],
  // what is not read leaves the rest
  ["assertion.sub.lowerAscii().foo == 'x' || assertion.count == 42", true],
  ["assertion.sub.split('/')[0] == 'acme' || assertion.count == 42", true],
  ["assertion.sub.split('/')[0] == 'acme' && assertion.count == 43", false],
  // what is no expression is none, even where a part of it would do
  ["assertion.count == 42 || )", null],
  ["assertion.count == 42 'x'", null],
  ["assertion.count == 42 || has(assertion.sub", null],
  ["assertion.count == 42 || assertion.sub in ['x'", null],
  ["assertion.count == 42 || has(assertion.sub assertion.ref)", null],
  ["assertion.count == 42 || assertion.sub in ['x' 'y']", null],
  ["assertion.count == 42 #", null],
  ["", null],
];

const MAPPING = new Map([
  ["attribute.repository", "repository"],
  ["attribute.computed", null],
]);

test("Google: each expression, for a token", () => {
  for (const [text, wanted] of CEL) assert.equal(decide(celFormula(text, MAPPING, ""), TOKEN), wanted, text);
});

test("expressions of any depth and width end", () => {
  const formula = (text: string): Verdict => decide(celFormula(text, MAPPING, ""), TOKEN);
  const much = 20_000;
  for (const text of ["true ? true : ", "true ? ", "(", "[", "!", "has(", "assertion.x["])
    assert.equal(formula(text.repeat(much)), null, text);
  assert.equal(formula(`${"true ? true : ".repeat(much)}true`), null);
  assert.equal(formula(`${"(".repeat(20)}true${")".repeat(20)}`), true);
  assert.equal(formula(`${"true && (true) && ".repeat(500)}true`), true, "a long one is not deep");
  const ways = (text: string): number | undefined => waysOf(celFormula(text, MAPPING, ""))?.length;
  const or = (count: number): string =>
    Array.from({ length: count }, (_, n) => `assertion.a == '${n}'`).join(" || ");
  assert.equal(ways(or(256)), 256);
  assert.equal(ways(or(257)), undefined);
  assert.equal(ways(`(${or(16)}) && (${or(16)})`), 256);
  assert.equal(ways(`(${or(16)}) && (${or(17)})`), undefined);
  assert.equal(ways(`((${or(16)}) && (${or(17)})) || true`), undefined);
  const both = (count: number): number | undefined =>
    waysOf({ kind: "all", of: [16, count].map((one) => celFormula(or(one), MAPPING, "")) })?.length;
  assert.deepEqual([both(16), both(17)], [256, undefined]);
  assert.equal(ways(`!(${or(300)})`), 1);
  const wide = googlePolicy({ oidc: { issuerUri: HUB }, attributeCondition: or(300) });
  assert.ok(wide !== null);
  assert.deepEqual(kinds(wide), ["not-understood"]);
});

test("a way is open where any part of it was not understood", () => {
  for (const text of ["'a' == 'a' && assertion.flag", "assertion.flag && 'a' == 'a'"])
    assert.deepEqual(
      waysOf(celFormula(text, MAPPING, ""))?.map(({ holds, open }) => [holds.length, open]),
      [[1, true]],
      text,
    );
  assert.deepEqual(
    waysOf(celFormula("!('a' == 'a' || assertion.flag)", MAPPING, ""))?.map(({ holds, fails, open }) => [
      holds.length,
      fails.length,
      open,
    ]),
    [[0, 1, true]],
  );
});

test("texts and signs of the expression language", () => {
  const read = (text: string): unknown => celTokens(text)?.map((one) => `${one.kind} ${one.text}`);
  assert.deepEqual(read("'a' \"b\" '''c'd''' \"\"\"e\"f\"\"\""), [
    "text a",
    "text b",
    "text c'd",
    'text e"f',
    "end ",
  ]);
  assert.deepEqual(read("r'\\n' R\"\\t\" r'''x'y'''"), ["text \\n", "text \\t", "text x'y", "end "]);
  assert.deepEqual(read(String.raw`'\n\t\u0041\x42\U0001F600\'\q'`), ["text \n\tAB😀'q", "end "]);
  assert.deepEqual(read(String.raw`'\U0010FFFF' '\U00110000'`), ["text \u{10FFFF}", "text ", "end "]);
  assert.deepEqual(read("a<=1.5 // b\n&&c"), [
    "name a",
    "sign <=",
    "number 1.5",
    "sign &&",
    "name c",
    "end ",
  ]);
  for (const bad of ["'a", "a # b", "'a\nb'"]) assert.equal(read(bad), undefined, bad);
});

test("Google: providers of the API and of Terraform, and what is none", () => {
  const verdict = (value: Json, claims: Fields = TOKEN): Verdict | undefined => {
    const policy = googlePolicy(value);
    return policy === null ? undefined : admits(policy, claims).admitted;
  };
  const condition = "assertion.repository_id == '42'";
  assert.equal(verdict({ oidc: { issuerUri: HUB }, attributeCondition: condition }), true);
  assert.equal(verdict({ oidc: [{ issuer_uri: HUB }], attribute_condition: condition }), true);
  assert.equal(
    verdict({ oidc: [{ issuer_uri: HUB, allowed_audiences: ["x"] }], attribute_condition: condition }),
    false,
  );
  assert.equal(verdict({ oidc: { issuerUri: HUB, allowedAudiences: "" }, attributeCondition: " " }), true);
  assert.equal(
    verdict({ oidc: { issuerUri: HUB }, attributeMapping: null, attributeCondition: condition }),
    true,
  );
  for (const none of [null, [], {}, { oidc: [] }, { oidc: null }, { oidc: { issuerUri: 7 } }])
    assert.equal(verdict(none), undefined, JSON.stringify(none));
});

test("Google: whom a member means", () => {
  const at = (tail: string, kind = "principalSet"): string =>
    `${kind}://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/${tail}`;
  const mapping = new Map([
    ["google.subject", "sub"],
    ["google.groups", "groups"],
    ["attribute.repository", "repository"],
  ]);
  const rows: readonly [string, Verdict][] = [
    [at("*"), true],
    [at("*", "principal"), null],
    [at(`subject/${MAIN}`, "principal"), true],
    [at("subject/x", "principal"), false],
    [at(`subject/${MAIN}`), null],
    [at("group/ops"), true],
    [at("group/web"), false],
    [at("attribute.repository/acme/fraud"), true],
    [at("attribute.repository/acme/fraud", "principal"), true],
    [at("attribute.repository/acme/loot"), false],
    [at("attribute.other/x"), null],
    [at("attribute.repository/${var.repository}"), null],
    ["principalSet://iam.googleapis.com/${var.pool}/workloadIdentityPools/x", null],
    ["serviceAccount:${var.account}", false],
    ["principalSet://elsewhere/workloadIdentityPools/x", false],
    ["allUsers", false],
  ];
  for (const [member, wanted] of rows)
    assert.equal(decide(memberFormula(member, mapping, ""), TOKEN), wanted, member);
});

test("Azure: what is a credential, and the flexible form's words", () => {
  const verdict = (value: Json): Verdict | undefined => {
    const policy = azurePolicy(value);
    return policy === null ? undefined : admits(policy, TOKEN).admitted;
  };
  const all = { issuer: HUB, audiences: ["sts.amazonaws.com"] };
  const flexible = (value: string, more: Fields = {}): Verdict | undefined =>
    verdict({ ...all, claimsMatchingExpression: { value }, ...more });
  assert.equal(verdict({ ...all, subject: MAIN }), true);
  assert.equal(verdict({ ...all, subject: MAIN, properties: [] }), true);
  assert.equal(verdict({ ...all, subject: "" }), true, "it asks no subject");
  for (const none of [null, [], all, { subject: MAIN }, { properties: all }])
    assert.equal(verdict(none), undefined, JSON.stringify(none));
  const [yes, no] = ["claims['ref'] eq 'refs/heads/main'", "claims['ref'] eq 'x'"];
  const rows: readonly [string, Verdict][] = [
    [yes, true],
    [no, false],
    ["claims['ref'] eq 'refs/*'", false],
    ["claims['ref'] matches 'refs/*'", true],
    ['claims["ref"] EQ "refs/heads/main"', true],
    [`${no} or ${yes}`, true],
    [`${yes} or ${no} and ${no}`, true],
    [`${yes} and ${no} or ${no}`, false],
    [`${yes} ${yes}`, null],
    [`${yes} xor ${no}`, null],
    [`${yes} and`, null],
    ["", null],
  ];
  for (const [text, wanted] of rows) assert.equal(flexible(text), wanted, text);
  assert.equal(flexible(yes, { subject: "" }), true);
  assert.equal(flexible(yes, { subject: "x" }), false);
});

test("Vault: every form of what is bound", () => {
  const verdict = (role: Fields, issuer: string | null = HUB): Verdict | undefined => {
    const policy = vaultPolicy(role, { issuer });
    return policy === null ? undefined : admits(policy, TOKEN).admitted;
  };
  const rows: readonly [Fields, Verdict | undefined][] = [
    [{ bound_audiences: "x, sts.amazonaws.com" }, true],
    [{ bound_audiences: ["x"] }, false],
    [{ bound_audiences: "" }, true],
    [{ bound_audiences: null }, true],
    [{ bound_subject: MAIN }, true],
    [{ bound_subject: "x" }, false],
    [{ bound_subject: "" }, true],
    [{ bound_claims: { count: 42, flag: true } }, true],
    [{ bound_claims: { count: 43 } }, false],
    [{ bound_claims: { repository: ["x", "acme/fraud"] } }, true],
    [{ bound_claims: ["x"] }, true],
    [{ bound_claims: { ref: "refs/*" } }, false],
    [{ bound_claims: { ref: "refs/*" }, bound_claims_type: "glob" }, true],
    [{ policies: ["x"] }, undefined],
  ];
  for (const [role, wanted] of rows) assert.equal(verdict(role), wanted, JSON.stringify(role));
  assert.equal(verdict({ bound_subject: MAIN }, "https://gitlab.com"), false);
  assert.equal(verdict({ bound_subject: MAIN }, null), true);
  assert.equal(vaultPolicy(["bound_claims"]), null);
});

test("publishers: each field that is missing or strange, in words", () => {
  const good = { registry: "pypi", package: "fraud", repository: "acme/fraud", workflow: "publish.yml" };
  const rows: readonly [Json, string][] = [
    [null, "an entry is no mapping"],
    [[], "an entry is no mapping"],
    ["x", "an entry is no mapping"],
    [{ ...good, registry: "crates" }, "`registry` is npm or pypi"],
    [{ ...good, package: 7 }, "`package`, `repository` and `workflow` are needed"],
    [{ ...good, repository: 7 }, "`package`, `repository` and `workflow` are needed"],
    [{ ...good, workflow: 7 }, "`package`, `repository` and `workflow` are needed"],
    [{ ...good, repository: "acme" }, "`repository` is owner/name"],
    [{ ...good, environment: 7 }, "`environment` is a name"],
    [{ ...good, host: "gitea" }, "`host` is github or gitlab"],
    [{ ...good, brnach: "x" }, "there is no `brnach`"],
  ];
  for (const [entry, wanted] of rows) assert.equal(publisherPolicy(entry), wanted);
  const verdict = (entry: Fields, claims: Fields): Verdict => {
    const policy = publisherPolicy(entry as Json);
    return typeof policy === "string" ? assert.fail(policy) : admits(policy, claims).admitted;
  };
  const hub = {
    ...TOKEN,
    aud: "pypi",
    job_workflow_ref: "acme/fraud/.github/workflows/publish.yml@refs/heads/x",
  };
  const lab = {
    iss: "https://gitlab.com",
    aud: "npm:registry.npmjs.org",
    project_path: "acme/fraud",
    ci_config_ref_uri: "gitlab.com/acme/fraud//publish.yml@refs/heads/main",
    environment: "prod",
  };
  const npm = { ...good, registry: "npm", host: "gitlab", environment: null };
  assert.equal(verdict(good, hub), true);
  assert.equal(verdict({ ...good, host: "github" }, hub), true);
  assert.equal(verdict({ ...good, registry: "npm" }, hub), false);
  assert.equal(verdict(good, { ...hub, iss: "https://gitlab.com" }), false);
  assert.equal(verdict(npm, lab), true);
  assert.equal(verdict({ ...npm, environment: "PROD" }, lab), true);
  assert.equal(verdict({ ...npm, environment: "dev" }, lab), false);
  for (const [claim, other] of Object.entries({
    aud: "pypi",
    project_path: "acme/x",
    ci_config_ref_uri: "x",
  }))
    assert.equal(verdict(npm, { ...lab, [claim]: other }), false, claim);
});

test("why a token is refused, and formulas in words", () => {
  const why = (condition: string, more: Fields = {}): string => {
    const policy = googlePolicy({ oidc: { issuerUri: HUB }, attributeCondition: condition, ...more });
    return policy === null ? "" : admits(policy, TOKEN).reason;
  };
  assert.equal(why("true"), "the policy allows it");
  assert.equal(why("'a' == 'a'"), "the policy holds a condition that was not understood");
  assert.equal(admits(aws({}), TOKEN).reason, "/Statement/0 allows it");
  assert.equal(
    admits(aws({ X: {}, Y: [] }), TOKEN).reason,
    "/Statement/0 holds a condition that was not understood",
  );
  assert.equal(
    why("assertion.count == 1 || assertion.gone == 'y'"),
    "`count` is 42, and 1 is asked, and `gone` is absent, and y is asked",
  );
  assert.equal(why("false"), "nothing satisfies it");
  assert.equal(
    why("!(assertion.flag && !(assertion.gone == 'y'))"),
    "it must not be that in any case true and not (y)",
  );
  assert.equal(described(celFormula("assertion.a == 'x' || 'a' == 'b'", MAPPING, "")), "x or 'a' == 'b'");
});

test("what is broad: each kind, for each way of writing it", () => {
  const google = (condition: string, issuer = HUB): string[] => {
    const policy = googlePolicy({ oidc: { issuerUri: issuer }, attributeCondition: condition });
    assert.ok(policy !== null);
    return kinds(policy);
  };
  const main = " && assertion.ref == 'refs/heads/main'";
  const wide = ["repository", "ref"];
  const rows: readonly [string, readonly string[]][] = [
    // only what a regular expression fixes at its beginning counts
    [`assertion.repository_id.matches('^42$')${main}`, []],
    [`assertion.repository_id.matches('x42$')${main}`, ["repository"]],
    [`assertion.repository_id.matches('^42')${main}`, ["repository"]],
    [`assertion.sub.matches('^${MAIN}$')`, []],
    [`assertion.sub.matches('^${MAIN}$|x')`, wide],
    [`assertion.sub.matches('^(${MAIN}|x)$')`, wide],
    ["assertion.sub.matches('^repo:acme/.')", ["organization", "ref"]],
    ["assertion.sub.matches('^repo:acme/?')", wide],
    ["assertion.sub.matches('^repo:acme/*')", wide],
    ["assertion.sub.matches('^repo:acme/{0,1}')", wide],
    // the environment whose rules decide
    ["assertion.repository_id == '42' && assertion.environment == 'prod'", ["ref?prod"]],
    ["assertion.repository_id == '42' && assertion.environment == 'pr?d'", ["ref?pr?d"]],
    ["assertion.repository_id == '42' && assertion.environment in ['prod', 'dev']", ["ref"]],
    ["assertion.repository_id == '42' && assertion.environment in []", ["ref"]],
    ["assertion.repository_id == '42' && assertion.actor == 'repo:a/b:environment:prod'", ["ref"]],
    ["assertion.repository_owner_id == '7' && assertion.environment == 'prod'", ["organization", "ref?prod"]],
    // a star where none is a wildcard
    ["assertion.sub == 'repo:acme/*'", ["literal-wildcard!"]],
    ["assertion.sub.lowerAscii() == 'repo:acme/*'", ["literal-wildcard!"]],
    // names that somebody may take
    [`assertion.repository == 'acme/fraud'${main}`, ["name-not-number"]],
  ];
  for (const [condition, wanted] of rows) assert.deepEqual(google(condition), wanted, condition);
  assert.deepEqual(google("assertion.repository == 'acme/fraud'", "https://ci.example.com"), []);
  assert.deepEqual(google("assertion.sub == 'x'", "https://ci.example.com"), []);
  assert.deepEqual(google("'a' == 'a'"), [], "what was not understood may narrow it");
});

test("roles of Vault and of Bulkhead are asked for the workflow, which they name without effort", () => {
  const role = vaultPolicy(
    {
      bound_audiences: ["x"],
      bound_claims: { repository_id: "42", ref: "refs/heads/main" },
    },
    { issuer: HUB },
  );
  assert.ok(role !== null);
  for (const [system, wanted] of Object.entries({ vault: ["workflow"], bulkhead: ["workflow"], aws: [] }))
    assert.deepEqual(kinds({ ...role, system: system as TrustPolicy["system"] }), wanted, system);
});

test("what is broad stands at its line, with the environment only where that decides", () => {
  const key = (name: string): string => `${K}:${name}`;
  const found = breadthOf(
    aws({
      StringLike: { [key("environment")]: "prod", [key("repository")]: "acme/*" },
      "ForAllValues:StringEquals": { [key("actor")]: "ada" },
      StringEqualsIfExists: { [key("job_workflow_ref")]: "x" },
    }),
  );
  assert.deepEqual(
    found.map(({ kind, claim, place, environment }) => [kind, claim, place, environment]),
    [
      ["audience", "aud", "/Statement/0", undefined],
      ["organization", "repository", `/Statement/0/Condition/StringLike/${key("repository")}`, undefined],
      ["ref", "ref", "/Statement/0", "prod"],
      [
        "absent-claim",
        "actor",
        `/Statement/0/Condition/ForAllValues:StringEquals/${key("actor")}`,
        undefined,
      ],
      [
        "absent-claim",
        "job_workflow_ref",
        `/Statement/0/Condition/StringEqualsIfExists/${key("job_workflow_ref")}`,
        undefined,
      ],
    ],
  );
  assert.deepEqual(
    found.slice(3).map(({ message }) => message),
    [
      "`ForAllValues` is true of a token without `actor`",
      "`IfExists` is true of a token without `job_workflow_ref`",
    ],
  );
  // said of the subject where no test speaks of the claim itself
  assert.deepEqual(
    breadthOf(
      aws({ StringLike: { [key("sub")]: "repo:acme/fraud:*" }, StringEquals: { [key("aud")]: "x" } }),
    ).map(({ kind, place }) => [kind, place]),
    [["ref", `/Statement/0/Condition/StringLike/${key("sub")}`]],
  );
  const nobody = breadthOf(aws({ StringEquals: { [key("environment")]: [] } }));
  assert.deepEqual(
    nobody.map((one) => [one.kind, "environment" in one]),
    [
      ["audience", false],
      ["repository", false],
      ["ref", false],
    ],
  );
});
