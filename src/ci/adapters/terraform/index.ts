/** Terraform and OpenTofu: roles, identity pools and federated credentials as trust policies; files that hold credentials as they are. */
import { posix } from "node:path";
import { parseHcl } from "../../hcl/parse.ts";
import type { HclBlock, HclBody } from "../../hcl/types.ts";
import { onlyCredentials } from "../../literals.ts";
import type { PolicyFile, SourceFile, Value } from "../../model.ts";
import type { Adapter } from "../types.ts";
import { googleGrants } from "./google.ts";
import { type Documents, policyIn } from "./policy-document.ts";
import { attribute, constant, entry, valueOfBody, valueOfExpression } from "./values.ts";

/** Resource types and what of them is a trust policy. */
const READERS: Readonly<Record<string, (body: HclBody, documents: Documents) => Value | null>> = {
  aws_iam_role: (body, documents) => {
    const value = attribute(body, "assume_role_policy")?.value;
    return value === undefined ? null : policyIn(value, documents);
  },
  google_iam_workload_identity_pool_provider: valueOfBody,
  azurerm_federated_identity_credential: valueOfBody,
  azuread_application_federated_identity_credential: valueOfBody,
  azuread_application_flexible_federated_identity_credential: flexible,
  vault_jwt_auth_backend_role: valueOfBody,
};
/** What its name is called. */
const TARGETS = ["name", "role_name", "display_name", "workload_identity_pool_provider_id"];

export const terraform: Adapter = {
  id: "terraform",
  title: "Terraform",
  system: null,
  owns: (path) => path.endsWith(".tf") || path.endsWith(".tofu"),
  recognises: ({ text }) => WANTED.test(text),
  read(files, { report }) {
    const policies: PolicyFile[] = [];
    for (const module of modulesOf(files).values()) {
      const parsed = module.map((file) => parseHcl(file));
      for (const { file, problems } of parsed)
        for (const { id, message, start, end } of problems)
          report({ id, message, span: { file, start, end } });
      const blocks = parsed.flatMap(({ body }) => body.blocks);
      const documents = new Map(
        blocks
          .filter(({ type, labels }) => type === "data" && labels[0] === "aws_iam_policy_document")
          .map((block) => [block.labels[1] ?? "", block]),
      );
      policies.push(...blocks.flatMap((block) => policyOf(block, (name) => documents.get(name) ?? null)));
      policies.push(...googleGrants(blocks));
      for (const { file, body } of parsed) {
        const value = onlyCredentials(valueOfBody(body));
        if (value !== null) policies.push({ kind: "other", file, span: body.span, value });
      }
    }
    return { policies };
  },
};

const WANTED =
  /aws_iam_|workload_?identity|google_iam_policy|federated_identity|vault_jwt_auth_backend_role|password|secret|token|key/i;

/** Names of one folder know each other. */
function modulesOf(files: readonly SourceFile[]): Map<string, SourceFile[]> {
  const modules = new Map<string, SourceFile[]>();
  for (const file of files) {
    const folder = posix.dirname(file.path);
    const list = modules.get(folder);
    if (list === undefined) modules.set(folder, [file]);
    else list.push(file);
  }
  return modules;
}

function policyOf({ type, labels, body, span }: HclBlock, documents: Documents): PolicyFile[] {
  const [kind = "", name = ""] = labels;
  const read = type === "resource" && Object.hasOwn(READERS, kind) ? READERS[kind] : undefined;
  const value = read?.(body, documents) ?? null;
  if (value === null) return [];
  const named = TARGETS.map((key) => constant(body, key)).find((one) => one !== null);
  return [{ kind: "terraform", file: span.file, span, value, target: named ?? `${kind}.${name}` }];
}

/** Its expression is a text here, and a map in the API. */
function flexible(body: HclBody): Value {
  const value = valueOfBody(body);
  const expression = attribute(body, "claims_matching_expression");
  if (expression === undefined || value.kind !== "map") return value;
  const { nameSpan } = expression;
  return {
    ...value,
    entries: [
      ...value.entries,
      entry("claimsMatchingExpression", nameSpan, {
        kind: "map",
        span: nameSpan,
        entries: [entry("value", nameSpan, valueOfExpression(expression.value))],
      }),
    ],
  };
}
