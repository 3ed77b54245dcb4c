/**
 * One list of requests about the system, tokens and policies, put to OpenBao and to Bulkhead: the same statuses and the same
 * members in the answers, but for the differences listed with their reasons.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { type Bao, startBao } from "../support/bao.ts";
import { type Json, type TestKernel, openTestKernel } from "../support/kernel.ts";
import { Tally } from "../support/oracle.ts";
import { NO_PIP } from "../support/python.ts";

type Method = "GET" | "POST" | "PUT" | "DELETE" | "HEAD" | "PATCH";

interface Step {
  readonly name: string;
  readonly method: Method;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Name of a saved token; `none`; default: root. */
  readonly as?: string;
  /** Keeps `auth.client_token` and `auth.accessor` under this name. `$name` and `$name.accessor` in bodies stand for them. */
  readonly save?: string;
}

/** What one of the two has and the other has not, by step or by member, and why. */
const DIFFERENT: Readonly<Record<string, string>> = {
  performance_standby: "Vault's own member, which its clients read",
  bulkhead_version: "our version beside the compatible one",
  build_date: "Vault's; OpenBao has commit_date",
  commit_date: "OpenBao's; Vault has build_date",
  "auth.identity_policies": "null in Vault's form, left out by OpenBao while there are none",
  is_self: "Vault's form of sys/leader",
  leader_address: "Vault's form of sys/leader",
  leader_cluster_address: "Vault's form of sys/leader",
  performance_standby_last_remote_wal: "Vault's form of sys/leader",
  "policies of OpenBao": "only name and policy may be there: other clients compare the whole",
};
const POLICY_EXTRAS =
  /(^|\.)(allow_slashes_in_identity_templates|allow_wildcards_in_identity_templates|cas_required|modified|version)$/;

const explained = (step: Step, name: string): boolean =>
  Object.hasOwn(DIFFERENT, name) || (/polic/.test(step.name) && POLICY_EXTRAS.test(name));

const policy =
  'path "auth/token/create" { capabilities = ["update"] }\npath "kv/*" { capabilities = ["read", "list"] }';
const get = (name: string, path: string, more: Partial<Step> = {}): Step => ({
  name,
  method: "GET",
  path,
  ...more,
});
const post = (name: string, path: string, body: object = {}, more: Partial<Step> = {}): Step => ({
  name,
  method: "POST",
  path,
  body,
  ...more,
});
const list = (name: string, path: string, more: Partial<Step> = {}): Step =>
  get(name, path, { query: { list: "true" }, ...more });
const del = (name: string, path: string, more: Partial<Step> = {}): Step => ({
  name,
  method: "DELETE",
  path,
  ...more,
});

const steps: readonly Step[] = [
  get("health", "sys/health", { as: "none" }),
  get("health with codes", "sys/health", { as: "none", query: { activecode: "218", standbyok: "true" } }),
  { name: "health head", method: "HEAD", path: "sys/health", as: "none" },
  get("seal status", "sys/seal-status", { as: "none" }),
  get("init", "sys/init", { as: "none" }),
  get("leader", "sys/leader", { as: "none" }),
  get("key status", "sys/key-status"),
  { name: "rotate", method: "PUT", path: "sys/rotate" },
  post("enable kv", "sys/mounts/kv", { type: "kv", options: { version: "2" }, description: "d" }),
  post("enable kv again", "sys/mounts/kv", { type: "kv" }),
  post("enable below kv", "sys/mounts/kv/below", { type: "kv" }),
  post("enable unknown", "sys/mounts/other", { type: "nothing" }),
  post("enable without type", "sys/mounts/other", {}),
  post("enable at sys", "sys/mounts/sys/x", { type: "kv" }),
  post("enable kv-v2", "sys/mounts/kv2", { type: "kv-v2", config: { max_lease_ttl: "1h" } }),
  get("one mount", "sys/mounts/kv"),
  get("unknown mount", "sys/mounts/none"),
  get("tune", "sys/mounts/kv/tune"),
  get("tune unknown", "sys/mounts/none/tune"),
  post("tune it", "sys/mounts/kv/tune", { default_lease_ttl: "1h", max_lease_ttl: "2h", description: "e" }),
  post("tune to nonsense", "sys/mounts/kv/tune", { default_lease_ttl: "3h" }),
  get("tuned", "sys/mounts/kv/tune"),
  post("enable approle", "sys/auth/approle", { type: "approle" }),
  post("enable approle again", "sys/auth/approle", { type: "approle" }),
  post("enable unknown method", "sys/auth/x", { type: "nothing" }),
  get("one method", "sys/auth/approle"),
  get("method tune", "sys/auth/approle/tune"),
  get("token tune", "sys/auth/token/tune"),
  del("disable approle", "sys/auth/approle"),
  del("disable approle again", "sys/auth/approle"),
  del("disable token method", "sys/auth/token"),
  del("disable unknown", "sys/mounts/none"),
  get("ui mounts", "sys/internal/ui/mounts"),
  get("ui mount", "sys/internal/ui/mounts/kv/a/b"),
  get("ui unknown mount", "sys/internal/ui/mounts/none/a"),
  { name: "policy", method: "PUT", path: "sys/policies/acl/Maker", body: { policy } },
  { name: "bad policy", method: "PUT", path: "sys/policies/acl/bad", body: { policy: "path {" } },
  { name: "empty policy", method: "PUT", path: "sys/policies/acl/bad", body: {} },
  { name: "root policy", method: "PUT", path: "sys/policies/acl/root", body: { policy } },
  get("read policy", "sys/policies/acl/maker"),
  get("read policy by case", "sys/policies/acl/MAKER"),
  get("read old policy", "sys/policy/maker"),
  get("read root policy", "sys/policies/acl/root"),
  get("read no policy", "sys/policies/acl/none"),
  list("policies", "sys/policies/acl"),
  get("old policies", "sys/policy"),
  { name: "old policy", method: "PUT", path: "sys/policy/old", body: { rules: policy } },
  del("delete policy", "sys/policies/acl/old"),
  del("delete policy again", "sys/policies/acl/old"),
  del("delete default", "sys/policies/acl/default"),
  del("delete root", "sys/policies/acl/root"),

  post("token", "auth/token/create", { policies: ["maker"], ttl: "1h", meta: { a: "b" } }, { save: "maker" }),
  get("lookup-self", "auth/token/lookup-self", { as: "maker" }),
  get("lookup-self root", "auth/token/lookup-self"),
  get("lookup-self without", "auth/token/lookup-self", { as: "none" }),
  get("lookup-self wrong", "auth/token/lookup-self", { as: "wrong" }),
  post("lookup", "auth/token/lookup", { token: "$maker" }),
  post("lookup unknown", "auth/token/lookup", { token: "nope" }),
  post("lookup accessor", "auth/token/lookup-accessor", { accessor: "$maker.accessor" }),
  post("lookup no accessor", "auth/token/lookup-accessor", { accessor: "nope" }),
  post("child", "auth/token/create", { ttl: "10m" }, { as: "maker", save: "child" }),
  post("child of more", "auth/token/create", { policies: ["other"] }, { as: "maker" }),
  post("child of root", "auth/token/create", { policies: ["root"] }, { as: "maker" }),
  post("child with id", "auth/token/create", { id: "own" }, { as: "maker" }),
  post("child without parent", "auth/token/create", { no_parent: true }, { as: "maker" }),
  post("child with period", "auth/token/create", { period: "1h" }, { as: "maker" }),
  post("orphan refused", "auth/token/create-orphan", {}, { as: "maker" }),
  post("orphan", "auth/token/create-orphan", { policies: ["maker"] }, { save: "orphan" }),
  post("token with id", "auth/token/create", { id: "my-own-id" }),
  post("token with the same id", "auth/token/create", { id: "my-own-id" }),
  post("token with a dot", "auth/token/create", { id: "my.own" }),
  post("token with wrong type", "auth/token/create", { type: "odd" }),
  post("token with bad ttl", "auth/token/create", { ttl: "soon" }),
  post("token of negative uses", "auth/token/create", { num_uses: -1 }),
  post("limited token", "auth/token/create", { num_uses: 2, policies: ["maker"] }, { save: "limited" }),
  post("child of limited", "auth/token/create", {}, { as: "limited" }),
  get("last use", "auth/token/lookup-self", { as: "limited" }),
  get("used up", "auth/token/lookup-self", { as: "limited" }),
  post("periodic", "auth/token/create", { period: "1h" }, { save: "periodic" }),
  get("lookup periodic", "auth/token/lookup-self", { as: "periodic" }),
  post("renew-self", "auth/token/renew-self", { increment: "30m" }, { as: "maker" }),
  post("renew", "auth/token/renew", { token: "$maker" }),
  post("renew-accessor", "auth/token/renew-accessor", { accessor: "$maker.accessor" }),
  post("renew root", "auth/token/renew-self"),
  post("renew unknown", "auth/token/renew", { token: "nope" }),
  get("lookup renewed", "auth/token/lookup-self", { as: "maker" }),
  list("accessors", "auth/token/accessors"),
  post("capabilities-self", "sys/capabilities-self", { paths: ["kv/x", "sys/mounts"] }, { as: "maker" }),
  post("capabilities", "sys/capabilities", { token: "$maker", path: "kv/x" }),
  post("capabilities of unknown", "sys/capabilities", { token: "nope", path: "kv/x" }),
  post("capabilities-accessor", "sys/capabilities-accessor", {
    accessor: "$maker.accessor",
    paths: ["kv/x"],
  }),
  post("capabilities of nothing", "sys/capabilities-self", {}),
  get("denied", "sys/mounts", { as: "maker" }),
  get("denied nowhere", "nowhere/x", { as: "maker" }),
  get("no route", "nowhere/x"),
  get("no such path", "sys/nowhere"),
  get("wrong operation", "auth/token/create"),
  del("wrong operation on health", "sys/health"),
  { name: "patch without the type", method: "POST", path: "sys/policies/acl/x", body: { policy: 7 } },
  post("revoke-orphan", "auth/token/revoke-orphan", { token: "$maker" }),
  get("child lives on", "auth/token/lookup-self", { as: "child" }),
  post("revoke-self", "auth/token/revoke-self", {}, { as: "child" }),
  get("child is gone", "auth/token/lookup-self", { as: "child" }),
  post("revoke-accessor", "auth/token/revoke-accessor", { accessor: "$orphan.accessor" }),
  post("revoke-accessor again", "auth/token/revoke-accessor", { accessor: "$orphan.accessor" }),
  post("revoke unknown", "auth/token/revoke", { token: "nope" }),
  post("lease lookup", "sys/leases/lookup", { lease_id: "nope" }),
  post("lease lookup of nothing", "sys/leases/lookup", {}),
  post("lease renew", "sys/leases/renew", { lease_id: "nope" }),
  post("lease revoke", "sys/leases/revoke", { lease_id: "nope" }),
  post("lease revoke-prefix", "sys/leases/revoke-prefix/nope", {}),
  del("disable kv", "sys/mounts/kv"),
  get("gone", "kv/x"),
  get("a list of nothing", "sys/leases/lookup/nope", { query: { list: "true" } }),
  post("remount below itself", "sys/mounts/kv2/x", { type: "kv-v2" }),
];

interface Answer {
  readonly status: number;
  readonly json: Json | null;
}
type Caller = (step: Step, body: object | undefined, token: string | null) => Promise<Answer>;

const baoCaller =
  (bao: Bao): Caller =>
  async ({ method, path, query }, body, token) => {
    const response = await fetch(`${bao.address}/v1/${path}?${new URLSearchParams(query)}`, {
      method,
      headers: token === null ? {} : { "x-vault-token": token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, json: text === "" ? null : (JSON.parse(text) as Json) };
  };

const kernelCaller =
  (at: TestKernel): Caller =>
  async ({ method, path, query }, body, token) =>
    await at.call(method, path, {
      token,
      ...(body === undefined ? {} : { body }),
      ...(query === undefined ? {} : { query }),
    });

/** Runs the list; tokens are each server's own. */
async function run(call: Caller, root: string): Promise<Answer[]> {
  const saved = new Map<string, string>([["wrong", "hvs.wrong"]]);
  const answers: Answer[] = [];
  for (const step of steps) {
    const text = step.body === undefined ? undefined : JSON.stringify(step.body);
    const body = text?.replace(/\$([a-z.]+)/g, (_, name: string) => saved.get(name) ?? "");
    const token = step.as === "none" ? null : step.as === undefined ? root : (saved.get(step.as) ?? "");
    const answer = await call(step, body === undefined ? undefined : (JSON.parse(body) as object), token);
    if (step.save !== undefined) {
      saved.set(step.save, String(answer.json?.auth?.client_token));
      saved.set(`${step.save}.accessor`, String(answer.json?.auth?.accessor));
    }
    answers.push(answer);
  }
  return answers;
}

/** Names of the members of the answer, two levels deep. */
function shape(answer: Answer): string[] {
  const names = (value: Json | null | undefined, prefix: string, depth: number): string[] =>
    value === null || value === undefined || typeof value !== "object" || Array.isArray(value)
      ? []
      : Object.entries(value).flatMap(([name, member]) => [
          `${prefix}${name}`,
          ...(depth > 0 ? names(member, `${prefix}${name}.`, depth - 1) : []),
        ]);
  return names(answer.json, "", 1).filter((name) => !/^errors|^data\.keys/.test(name));
}

test("the system and the tokens answer as OpenBao's do", async (context) => {
  const bao = await startBao();
  if (bao === null) {
    context.skip(NO_PIP);
    return;
  }
  const at = await openTestKernel();
  try {
    const theirs = await run(baoCaller(bao), bao.token);
    const ours = await run(kernelCaller(at), at.root);
    const problems: string[] = [];
    const tally = await Tally.of("system", { "auth/approle/": "auth/approle", "kv/": "kv-v2" });
    for (const [index, step] of steps.entries()) {
      const [a, b] = [ours[index], theirs[index]];
      if (a === undefined || b === undefined) continue;
      const query = step.query === undefined ? "" : `?${new URLSearchParams(step.query)}`;
      tally.count({ ...step, path: step.path + query }, a.status);
      if (a.status !== b.status)
        problems.push(`${step.name}: ${a.status}, there ${b.status} ${JSON.stringify(b.json).slice(0, 200)}`);
      const [mine, other] = [new Set(shape(a)), new Set(shape(b))];
      const more = [...mine].filter((name) => !other.has(name) && !explained(step, name));
      const less = [...other].filter((name) => !mine.has(name) && !explained(step, name));
      if (a.status === b.status && (more.length > 0 || less.length > 0))
        problems.push(`${step.name}: more [${more.join(" ")}] less [${less.join(" ")}]`);
    }
    assert.deepEqual(problems, []);
    tally.finish();
  } finally {
    await at.close();
    await bao.stop();
  }
});
