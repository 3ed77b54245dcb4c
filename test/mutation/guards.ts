/**
 * Guards that are never to be without a test, each by its name: what it is in the code, and the code without it. Most are mutants
 * anyway; the others are no condition, comparison or call, so that no rule of `mutants.ts` makes them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Mutant } from "./mutants.ts";
import { root } from "./targets.ts";

interface Guard {
  readonly name: string;
  readonly file: string;
  /** Stands once in the file. */
  readonly text: string;
  readonly without: string;
  /** The test file that must go red. */
  readonly provedBy: string;
}

export interface NamedGuard {
  readonly mutant: Mutant;
  readonly provedBy: string;
}

const JOBS_TEST = "src/kernel/jobs/jobs.test.ts";
const TOKENS_TEST = "src/kernel/tokens/tokens.test.ts";
const BATCH_TEST = "src/kernel/tokens/batch.test.ts";
const APPROLE_TEST = "src/auth/approle/approle.test.ts";
const LOGIN_TEST = "src/auth/jwt/login.test.ts";
const PEOPLE_TEST = "test/acceptance/people-and-machines.test.ts";
const FENCE = "src/kernel/jobs/fence.ts";
const TOKENS = "src/kernel/tokens/index.ts";
const RECORD = "src/kernel/tokens/record.ts";
const APPROVALS = "src/kernel/approvals.ts";
const SECRET_IDS = "src/auth/approle/login.ts";
const PROVE = "src/auth/jwt/prove.ts";

const GUARDS: readonly Guard[] = [
  {
    name: "the fence of a background write",
    file: FENCE,
    text: "store.put(key, value, { fence: fence(), ...options })",
    without: "store.put(key, value, options)",
    provedBy: JOBS_TEST,
  },
  {
    name: "the fence of a background deletion",
    file: FENCE,
    text: "store.delete(key, { fence: fence(), ...options })",
    without: "store.delete(key, options)",
    provedBy: JOBS_TEST,
  },
  {
    name: "the fence of a background transaction",
    file: FENCE,
    text: "store.transaction(work, { fence: fence(), ...options })",
    without: "store.transaction(work, options)",
    provedBy: JOBS_TEST,
  },
  {
    name: "background work runs under its fence",
    file: "src/kernel/jobs/leader.ts",
    text: "await underFence(fence, work);",
    without: "await work();",
    provedBy: JOBS_TEST,
  },
  {
    name: "a request is recorded before its handler runs",
    file: "src/kernel/admit.ts",
    text: "await trail.request();",
    without: "",
    provedBy: "src/kernel/audit.test.ts",
  },
  {
    name: "networks of a token",
    file: "src/kernel/authenticate.ts",
    text: "if (withinCidrs(request.remote, presented.info.boundCidrs)) return presented;",
    without: "return presented;",
    provedBy: TOKENS_TEST,
  },
  {
    name: "networks of a secret id",
    file: SECRET_IDS,
    text: "!withinCidrs(call.remote, secretId.cidrs)",
    without: "false",
    provedBy: APPROLE_TEST,
  },
  {
    name: "networks of a secret id's role",
    file: SECRET_IDS,
    text: "!withinCidrs(call.remote, role.secret_id_bound_cidrs ?? []) ||",
    without: "",
    provedBy: APPROLE_TEST,
  },
  {
    name: "uses of a token are counted down",
    file: TOKENS,
    text: "current.numUses === 1 ? SPENT : current.numUses - 1",
    without: "current.numUses",
    provedBy: TOKENS_TEST,
  },
  {
    name: "the last use of a secret id ends it",
    file: SECRET_IDS,
    text: "if (secretId.uses === 1) deleteSecretId(tx, name, digest, secretId);\n  else if",
    without: "if",
    provedBy: APPROLE_TEST,
  },
  {
    name: "uses of a secret id are counted down",
    file: SECRET_IDS,
    text: "uses: secretId.uses - 1",
    without: "uses: secretId.uses",
    provedBy: APPROLE_TEST,
  },
  {
    name: "a token's end",
    file: RECORD,
    text: "now < record.expires",
    without: "true",
    provedBy: TOKENS_TEST,
  },
  {
    name: "a batch token's end",
    file: TOKENS,
    text: "record === null || record.expires <= this.#now()",
    without: "record === null",
    provedBy: BATCH_TEST,
  },
  {
    name: "a secret id's end",
    file: "src/auth/approle/store.ts",
    text: "entry.expires !== 0 && entry.expires <= now",
    without: "false",
    provedBy: APPROLE_TEST,
  },
  {
    name: "the end of a token's parents",
    file: TOKENS,
    text: 'if (current.parent === "") return record;',
    without: "return record;",
    provedBy: TOKENS_TEST,
  },
  {
    name: "the end of a batch token's parent",
    file: TOKENS,
    text: 'record.parent !== "" && (await this.#living(record.parent, seen)) === null',
    without: "false",
    provedBy: BATCH_TEST,
  },
  {
    name: "batch tokens ended by what they say",
    file: TOKENS,
    text: "if (await this.#ended.isEnded(record, seen)) return null;",
    without: "",
    provedBy: "src/kernel/tokens/ended.test.ts",
  },
  {
    name: "children go with their token",
    file: TOKENS,
    text: "waiting.push(...(await tx.keys(prefix)).map((key) => key.slice(prefix.length)));",
    without: "",
    provedBy: TOKENS_TEST,
  },
  {
    name: "a signature of a jwt",
    file: PROVE,
    text: "if (!isSigned(known, parsed))",
    without: "if (false)",
    provedBy: LOGIN_TEST,
  },
  {
    name: "iss of a jwt",
    file: PROVE,
    text: "checkIssuer(config, parsed.claims);",
    without: "",
    provedBy: LOGIN_TEST,
  },
  {
    name: "iat, nbf and exp of a jwt",
    file: PROVE,
    text: "checkTimes(parsed.claims, role, clock.now());",
    without: "",
    provedBy: "src/auth/jwt/token.test.ts",
  },
  {
    name: "aud of a jwt",
    file: PROVE,
    text: "checkAudience(role, claims);",
    without: "",
    provedBy: LOGIN_TEST,
  },
  {
    name: "sub of a jwt",
    file: PROVE,
    text: 'role.bound_subject !== "" && subject !== role.bound_subject',
    without: "false",
    provedBy: LOGIN_TEST,
  },
  {
    name: "bound claims of a jwt",
    file: PROVE,
    text: "checkConditions(claimConditions(role), claims);",
    without: "",
    provedBy: LOGIN_TEST,
  },
  {
    name: "claims that every token of a platform carries",
    file: PROVE,
    text: "if (missing !== undefined)",
    without: "if (false)",
    provedBy: LOGIN_TEST,
  },
  {
    name: "nobody approves what is his own",
    file: APPROVALS,
    text: "row.requesters.some((one) => same(one, by) || logins.has(one))",
    without: "false",
    provedBy: PEOPLE_TEST,
  },
  {
    name: "nobody approves twice",
    file: APPROVALS,
    text: "row.approvals.some((one) => one.principal === by.principal || same(one.entity, by))",
    without: "false",
    provedBy: PEOPLE_TEST,
  },
  {
    name: "no machine approves",
    file: APPROVALS,
    text: 'by.actor !== "person" || by.principal === ""',
    without: "false",
    provedBy: PEOPLE_TEST,
  },
  {
    name: "a login waits for its approvals",
    file: APPROVALS,
    text: 'request?.state !== "approved" || request.approvals.length < approvals',
    without: "request === null",
    provedBy: PEOPLE_TEST,
  },
  {
    name: "an approval is used up",
    file: APPROVALS,
    text: "remove(tx, request);\n    return grant;",
    without: "return grant;",
    provedBy: PEOPLE_TEST,
  },
  {
    name: "a login's window",
    file: APPROVALS,
    text: "if (window === null || !isInWindow(window, now))",
    without: "if (false)",
    provedBy: PEOPLE_TEST,
  },
  {
    name: "a login within a request passes neither approvals nor windows",
    file: "src/kernel/inline.ts",
    text: "steps.approvals.refuseUnasked(grant);",
    without: "",
    provedBy: "src/kernel/inline.test.ts",
  },
  {
    name: "a person makes no secret id of an automated role",
    file: "src/auth/approle/secret-ids.ts",
    text: 'role.automated === true && actor === "person" && !excepted',
    without: "false",
    provedBy: PEOPLE_TEST,
  },
  {
    name: "a person's secret id opens no automated role",
    file: SECRET_IDS,
    text: 'role.automated === true && secretId.maker?.actor === "person" && secretId.maker.excepted !== true',
    without: "false",
    provedBy: PEOPLE_TEST,
  },
  {
    name: "a person stays one behind what he makes",
    file: "src/kernel/tokens/issue.ts",
    text: 'said === "person" ? said : creator.actor',
    without: "said",
    provedBy: PEOPLE_TEST,
  },
];

/** Throws for a guard that is gone or stands twice. */
export const guards = (): NamedGuard[] =>
  GUARDS.map(({ name, file, text, without, provedBy }) => {
    const code = readFileSync(join(root, file), "utf8");
    const start = code.indexOf(text);
    if (start < 0 || code.indexOf(text, start + 1) >= 0)
      throw new Error(`${file} does not hold once what \`${name}\` names: ${text}`);
    const line = code.slice(0, start).split("\n").length;
    const mutant = {
      key: `${file} guard: ${name}`,
      file,
      line,
      start,
      end: start + text.length,
      witness: start,
      replacement: without,
      needed: true,
      says: name,
    };
    return { mutant, provedBy };
  });
