/**
 * Google's bindings: who of a workload identity pool may act as a service account, or reach a resource. A provider lets tokens into its
 * pool, a binding says which of them get further: each pair that is about one pool becomes one policy.
 */
import type { HclBlock, HclBody, HclExpression } from "../../hcl/types.ts";
import type { PolicyFile, Value } from "../../model.ts";
import { attribute, blocksOf, constant, entry, text, valueOfBody } from "./values.ts";

const PROVIDER = "google_iam_workload_identity_pool_provider";
const POOL = "google_iam_workload_identity_pool";
/** `google_service_account_iam_member`, `google_project_iam_binding`, `google_storage_bucket_iam_policy` … */
const GRANT = /^google_\w+_iam_(?:member|binding|policy)$/;
/** What they grant it on. */
const TARGETS = ["service_account_id", "project", "bucket", "secret_id", "name", "repository"];

interface Member {
  readonly value: string;
  readonly pool: string;
  readonly written: HclExpression;
}

/** Of the blocks of one folder. */
export function googleGrants(blocks: readonly HclBlock[]): PolicyFile[] {
  const resources = blocks.filter(({ type }) => type === "resource");
  const providers = resources.filter(({ labels }) => labels[0] === PROVIDER);
  if (providers.length === 0) return [];
  const scope: Scope = {
    pools: named(resources, POOL),
    accounts: named(resources, "google_service_account"),
    documents: named(
      blocks.filter(({ type }) => type === "data"),
      "google_iam_policy",
    ),
  };
  return resources
    .filter(({ labels: [kind = ""] }) => GRANT.test(kind))
    .flatMap((grant) => {
      const members = membersOf(grant.body, scope);
      return providers.flatMap((provider): PolicyFile[] => {
        const pool = poolIn(sourceOf(attribute(provider.body, "workload_identity_pool_id")?.value), scope);
        const own = members.filter((one) => one.pool === pool);
        return own.length === 0
          ? []
          : [joined(grant, { provider, members: own, target: targetOf(grant, scope) })];
      });
    });
}

interface Scope {
  readonly pools: ReadonlyMap<string, HclBlock>;
  readonly accounts: ReadonlyMap<string, HclBlock>;
  readonly documents: ReadonlyMap<string, HclBlock>;
}

const named = (blocks: readonly HclBlock[], kind: string): ReadonlyMap<string, HclBlock> =>
  new Map(blocks.filter(({ labels }) => labels[0] === kind).map((block) => [block.labels[1] ?? "", block]));

/** `member`, `members`, or the bindings of a `google_iam_policy`. */
function membersOf(body: HclBody, scope: Scope): Member[] {
  const reference = /^data\.google_iam_policy\.([\w-]+)\.policy_data$/.exec(
    sourceOf(attribute(body, "policy_data")?.value).replace(/^\$\{(.*)\}$/, "$1"),
  )?.[1];
  const document = reference === undefined ? undefined : scope.documents.get(reference);
  const bodies = document === undefined ? [body] : blocksOf(document.body, "binding").map((one) => one.body);
  return bodies
    .flatMap((one) => [attribute(one, "member")?.value, attribute(one, "members")?.value])
    .flatMap((value) => (value === undefined ? [] : elements(value)))
    .flatMap((written) => {
      const found = member(sourceOf(written), scope);
      return found === null ? [] : [{ ...found, written }];
    });
}

const elements = (value: HclExpression): readonly HclExpression[] =>
  value.kind === "list"
    ? value.items
    : value.kind === "call" && value.args.length === 1 && value.args[0] !== undefined
      ? elements(value.args[0])
      : [value];

const sourceOf = (value: HclExpression | undefined): string =>
  value?.kind === "text" ? value.text.value : value?.kind === "raw" ? `\${${value.source}}` : "";

/** With the pool's name put in: the number of its project matters to nobody here. Null for anybody who is of no pool. */
function member(source: string, scope: Scope): Pick<Member, "value" | "pool"> | null {
  const [, kind, path = "", rest = ""] =
    /^(principal(?:Set)?):\/\/iam\.googleapis\.com\/(\$\{[^}]*\}|projects\/(?:\$\{[^}]*\}|[^/]+)\/locations\/global\/workloadIdentityPools\/(?:\$\{[^}]*\}|[^/]+))\/(.+)$/s.exec(
      source,
    ) ?? [];
  if (kind === undefined) return null;
  const pool = poolIn(
    path.includes("workloadIdentityPools/") ? path.slice(path.lastIndexOf("s/") + 2) : path,
    scope,
  );
  if (pool === null) return null;
  return {
    pool,
    value: `${kind}://iam.googleapis.com/projects/-/locations/global/workloadIdentityPools/${pool}/${rest}`,
  };
}

/** The id where the file says it, else the resource's own name; null where neither is there. */
function poolIn(source: string, { pools }: Scope): string | null {
  const reference = /^\$\{google_iam_workload_identity_pool\.([\w-]+)(?:\[[^\]]*\])?\.\w+\}$/.exec(
    source,
  )?.[1];
  if (reference === undefined) return source === "" ? null : source.replaceAll("/", "-");
  const block = pools.get(reference);
  return (block === undefined ? null : constant(block.body, "workload_identity_pool_id")) ?? reference;
}

function targetOf({ labels: [kind = "", name = ""], body }: HclBlock, { accounts }: Scope): string {
  const key = TARGETS.find((one) => attribute(body, one) !== undefined);
  const source = key === undefined ? "" : sourceOf(attribute(body, key)?.value);
  const account = /^\$\{google_service_account\.([\w-]+)(?:\[[^\]]*\])?\.\w+\}$/.exec(source)?.[1];
  if (account !== undefined) {
    const block = accounts.get(account);
    return (block === undefined ? null : constant(block.body, "account_id")) ?? account;
  }
  return source === "" || source.includes("${") ? `${kind}.${name}` : source;
}

function joined(
  { span }: HclBlock,
  {
    provider,
    members,
    target,
  }: { readonly provider: HclBlock; readonly members: readonly Member[]; readonly target: string },
): PolicyFile {
  const value = valueOfBody(provider.body);
  const list: Value = {
    kind: "list",
    span,
    items: members.map((one) => text(one.value, one.written.span)),
  };
  return {
    kind: "terraform",
    file: span.file,
    span,
    target,
    value:
      value.kind === "map"
        ? {
            ...value,
            span,
            entries: [...value.entries, entry("members", members[0]?.written.span ?? span, list)],
          }
        : value,
  };
}
