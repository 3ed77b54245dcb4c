/** `roles/NAME`: what kind of credential, with which rights. A member that its kind would not use is refused, never ignored. */
import { BulkheadError } from "../../core/errors.ts";
import { type Json, type RawJson, kindOf, parseJson } from "../../core/json-bytes.ts";
import { plain } from "../../kernel/plain-field.ts";
import type { Call, FieldDeclaration, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { CREDENTIAL_TYPES, type CredentialType, ROLES, type Role, load, save } from "./store.ts";

export const roleProblem = (problem: string): BulkheadError => new BulkheadError("aws.role", { problem });

const NAME = /^\w(?:[\w+=,.@-]{0,253}\w)?$/;
const MOST_POLICY = 131_072;
const ARN = /^arn:[\w-]+:iam::(?:\d{12}|aws)?:[\x21-\x7e]+$/;

/** Throws `request.unsupported-path` for what is no name, as Vault. */
export function nameOf({ params }: Call): string {
  const name = params.name ?? "";
  if (!NAME.test(name)) throw new BulkheadError("request.unsupported-path");
  return name;
}

const fields: Readonly<Record<string, FieldDeclaration>> = {
  credential_type: plain("string", CREDENTIAL_TYPES.join(", ")),
  role_arns: plain("strings", "assumed_role: the roles that may be assumed"),
  policy_arns: plain("strings", "Managed policies: of the user, or the session's bounds"),
  policy_document: plain("json", "An inline policy: of the user, or the session's bounds"),
  iam_groups: plain("strings", "iam_user: groups to join"),
  iam_tags: plain("json", "iam_user: tags, an object or a list of key=value"),
  session_tags: plain("json", "assumed_role: tags of the session"),
  external_id: plain("string", "assumed_role: what the role's trust policy asks for"),
  default_sts_ttl: plain("duration", "How long a session lives; an hour unless said otherwise"),
  max_sts_ttl: plain("duration", "How long it may be asked to live; the default unless said otherwise"),
  user_path: plain("string", "iam_user: the path in IAM, / unless said otherwise"),
  permissions_boundary_arn: plain("string", "iam_user: the policy that bounds it"),
  mfa_serial_number: plain("string", "Not offered"),
};

/** Which kinds use a member. */
const USED_BY: readonly (readonly [
  name: string,
  set: (role: Role) => boolean,
  by: readonly CredentialType[],
])[] = [
  ["role_arns", ({ roleArns }) => roleArns.length > 0, ["assumed_role"]],
  [
    "policy_arns",
    ({ policyArns }) => policyArns.length > 0,
    ["iam_user", "assumed_role", "federation_token"],
  ],
  [
    "policy_document",
    ({ policyDocument }) => policyDocument !== "",
    ["iam_user", "assumed_role", "federation_token"],
  ],
  ["iam_groups", ({ groups }) => groups.length > 0, ["iam_user"]],
  ["iam_tags", ({ tags }) => Object.keys(tags).length > 0, ["iam_user"]],
  ["session_tags", ({ sessionTags }) => Object.keys(sessionTags).length > 0, ["assumed_role"]],
  ["external_id", ({ externalId }) => externalId !== "", ["assumed_role"]],
  [
    "default_sts_ttl",
    ({ defaultTtl }) => defaultTtl > 0,
    ["assumed_role", "federation_token", "session_token"],
  ],
  ["max_sts_ttl", ({ maxTtl }) => maxTtl > 0, ["assumed_role", "federation_token", "session_token"]],
  ["user_path", ({ userPath }) => userPath !== "", ["iam_user"]],
  ["permissions_boundary_arn", ({ boundary }) => boundary !== "", ["iam_user"]],
];

function checkRole(role: Role): void {
  for (const [name, isSet, by] of USED_BY)
    if (isSet(role) && !by.includes(role.type))
      throw roleProblem(`${name} parameter only valid for ${by.join(", ")} credential type`);
  if (role.type === "assumed_role" && role.roleArns.length === 0)
    throw roleProblem("role_arns is needed for the assumed_role credential type");
  if (role.type === "federation_token" && role.policyArns.length === 0 && role.policyDocument === "")
    throw roleProblem("a federation_token without policy_document or policy_arns has no rights");
  for (const arn of [...role.roleArns, ...role.policyArns, ...(role.boundary === "" ? [] : [role.boundary])])
    if (!ARN.test(arn)) throw roleProblem(`not an ARN of IAM: ${arn.slice(0, 100)}`);
  if (role.userPath !== "" && !/^\/(?:[\x21-\x7e]{1,500}\/)?$/.test(role.userPath))
    throw roleProblem("user_path begins and ends with a slash");
  if (role.defaultTtl > 0 && role.maxTtl > 0 && role.defaultTtl > role.maxTtl)
    throw roleProblem("default_sts_ttl value must be less than or equal to max_sts_ttl value");
}

async function write(call: Call): Promise<undefined> {
  const name = nameOf(call);
  if ((call.fields.string("mfa_serial_number") ?? "") !== "")
    throw roleProblem("mfa_serial_number is not offered: leave it out");
  await call.storage.transaction(async (tx) => {
    const before = await load<Role>(tx, ROLES + name);
    const role = changed(call, before);
    checkRole(role);
    save(tx, ROLES + name, role);
  });
}

function changed({ fields: given }: Call, before: Role | null): Role {
  const type = given.string("credential_type") ?? before?.type ?? "";
  if (type === "") throw roleProblem("did not supply credential_type");
  const known = CREDENTIAL_TYPES.find((one) => one === type);
  if (known === undefined) throw roleProblem(`unrecognized credential type: ${type.slice(0, 40)}`);
  return {
    type: known,
    roleArns: given.strings("role_arns") ?? before?.roleArns ?? [],
    policyArns: given.strings("policy_arns") ?? before?.policyArns ?? [],
    policyDocument: policyOf(given.json("policy_document")) ?? before?.policyDocument ?? "",
    groups: given.strings("iam_groups") ?? before?.groups ?? [],
    tags: tagsOf("iam_tags", given.json("iam_tags")) ?? before?.tags ?? {},
    sessionTags: tagsOf("session_tags", given.json("session_tags")) ?? before?.sessionTags ?? {},
    externalId: given.string("external_id") ?? before?.externalId ?? "",
    userPath: given.string("user_path") ?? before?.userPath ?? "",
    boundary: given.string("permissions_boundary_arn") ?? before?.boundary ?? "",
    defaultTtl: given.duration("default_sts_ttl") ?? before?.defaultTtl ?? 0,
    maxTtl: given.duration("max_sts_ttl") ?? before?.maxTtl ?? 0,
  };
}

/** An object, or its text; kept without white space. */
function policyOf(raw: RawJson | undefined): string | undefined {
  if (raw === undefined) return undefined;
  const given = parseJson(raw);
  if (given === "") return "";
  try {
    const document: unknown = typeof given === "string" ? JSON.parse(given) : given;
    if (typeof document !== "object" || document === null || Array.isArray(document))
      throw new TypeError("no object");
    const text = JSON.stringify(document);
    if (text.length <= MOST_POLICY) return text;
  } catch {
    // told below, without repeating it
  }
  throw roleProblem("cannot parse policy document: it is not a JSON object");
}

function tagsOf(name: string, raw: RawJson | undefined): Readonly<Record<string, string>> | undefined {
  if (raw === undefined) return undefined;
  const given: Json = parseJson(raw);
  const problem = (): BulkheadError => roleProblem(`${name} is an object of texts, or a list of key=value`);
  if (kindOf(raw) === "object") {
    if (!Object.values(given as object).every((one) => typeof one === "string")) throw problem();
    return given as Record<string, string>;
  }
  const list: readonly Json[] = Array.isArray(given)
    ? (given as readonly Json[])
    : given === ""
      ? []
      : [given];
  return Object.fromEntries(
    list.map((one) => {
      const at = typeof one === "string" ? one.indexOf("=") : -1;
      if (typeof one !== "string" || at < 1) throw problem();
      return [one.slice(0, at), one.slice(at + 1)];
    }),
  );
}

async function read(call: Call): Promise<Reply | null> {
  const role = await load<Role>(call.storage, ROLES + nameOf(call));
  if (role === null) return null;
  return {
    data: {
      credential_type: role.type,
      role_arns: role.roleArns,
      policy_arns: role.policyArns,
      policy_document: role.policyDocument,
      iam_groups: role.groups,
      iam_tags: role.tags,
      session_tags: role.sessionTags,
      external_id: role.externalId,
      default_sts_ttl: role.defaultTtl / 1_000,
      max_sts_ttl: role.maxTtl / 1_000,
      user_path: role.userPath,
      permissions_boundary_arn: role.boundary,
      mfa_serial_number: "",
    },
  };
}

async function remove(call: Call): Promise<undefined> {
  await call.storage.delete(ROLES + nameOf(call));
}

const list = async (call: Call): Promise<Reply> => ({ data: { keys: await call.storage.list(ROLES) } });

export const rolePaths = (): PathDeclaration[] => [
  { pattern: "roles", summary: "Lists the roles", operations: { list } },
  {
    pattern: "roles/{name}",
    summary: "Makes, changes, reads or deletes a role",
    fields,
    exists: async (call) => (await call.storage.get(ROLES + nameOf(call))) !== null,
    operations: { read, create: write, update: write, delete: remove },
  },
];
