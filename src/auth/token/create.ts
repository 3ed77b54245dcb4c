/** Making child and orphan tokens: what a caller may give away is never more than it has. */
import { BulkheadError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import type {
  AuthGrant,
  Call,
  Caller,
  FieldDeclaration,
  PathDeclaration,
  Reply,
} from "../../kernel/plugin.ts";
import type { AccessService, KernelServices } from "../../kernel/services.ts";
import { allowedByRole, policyNames } from "./role-policies.ts";
import { type TokenRole, loadTokenRole } from "./roles.ts";

const fields: Readonly<Record<string, FieldDeclaration>> = {
  id: { type: "secret", description: "Value of the new token; needs sudo" },
  policies: { type: "strings", plain: true, description: "Policies; the caller's own where absent" },
  meta: { type: "map", description: "Metadata, shown by lookup and in the audit log", plain: true },
  no_parent: { type: "bool", description: "Make an orphan; needs sudo" },
  no_default_policy: { type: "bool", description: "Leave the default policy out" },
  renewable: { type: "bool", description: "Default true" },
  lease: { type: "duration", description: "Older name of ttl" },
  ttl: { type: "duration", description: "How long it lives" },
  explicit_max_ttl: { type: "duration", description: "Longest life; no renewal goes beyond" },
  display_name: { type: "string", plain: true, description: "Shown as token-NAME" },
  num_uses: { type: "int", description: "Requests it serves; 0: any number" },
  period: { type: "duration", description: "Each renewal gives this much; needs sudo" },
  type: { type: "string", plain: true, description: "service (default) or batch" },
  entity_alias: {
    type: "string",
    plain: true,
    description: "With a role: the alias at auth/token/ whose entity the token has",
  },
};

const invalid = (problem: string): BulkheadError => new BulkheadError("token.invalid", { problem });

interface Asked {
  readonly call: Call;
  readonly caller: Caller;
  readonly sudo: boolean;
  readonly role: TokenRole | null;
  readonly roleName: string;
}

export function createPaths({ tokens, access, policies }: KernelServices): PathDeclaration[] {
  const create = async (call: Call, orphan: boolean): Promise<Reply> => {
    const asked = await askedFor(call, access);
    const { caller, role } = asked;
    refuse(asked);
    const id = call.fields.secret("id");
    const alone = role === null ? orphan || call.fields.bool("no_parent") === true : role.orphan;
    const { grant, warnings } = grantOf(asked);
    const auth = await tokens.issue(grant, {
      path: `${call.mount.path}${call.path}${role?.path_suffix ? `/${role.path_suffix}` : ""}`,
      parent: alone ? null : caller,
      by: caller,
      mount: call.mount,
      ...(id === undefined ? {} : { id: Secret.copy(id.reveal()) }),
    });
    for (const name of auth.policies)
      if ((await policies.get(name)) === null) warnings.push(`Policy "${name}" does not exist`);
    return { auth: { ...auth, warnings: [...(auth.warnings ?? []), ...warnings] } };
  };
  return [
    {
      pattern: "create-orphan",
      summary: "Make a token without a parent",
      fields,
      operations: { update: (call) => create(call, true) },
    },
    {
      pattern: "create/{role_name}",
      summary: "Make a token with a role",
      fields,
      operations: { update: (call) => create(call, false) },
    },
    {
      pattern: "create",
      summary: "Make a child token",
      fields,
      operations: { update: (call) => create(call, false) },
    },
  ];
}

async function askedFor(call: Call, access: AccessService): Promise<Asked> {
  const { caller } = call;
  if (caller === null) throw new BulkheadError("auth.missing-token");
  const granted = await access.capabilities(caller, `${call.mount.path}${call.path}`);
  const sudo = granted.includes("sudo") || granted.includes("root");
  const roleName = call.params.role_name ?? "";
  const role = roleName === "" ? null : await loadTokenRole(call.storage, roleName);
  if (roleName !== "" && role === null)
    throw new BulkheadError("token.no-role", { role: roleName.slice(0, 255) });
  return { call, caller, sudo, role, roleName };
}

function refuse(asked: Asked): void {
  const { call, sudo, role } = asked;
  const given = call.fields;
  const needsSudo = (what: string): BulkheadError => invalid(`root or sudo privileges required to ${what}`);
  const id = given.secret("id");
  if (id !== undefined && !sudo) throw needsSudo("specify token id");
  if (id !== undefined) checkId(id.revealText());
  if (role === null && given.bool("no_parent") === true && !sudo) throw needsSudo("create orphan token");
  if ((given.duration("period") ?? 0) > 0 && !sudo) throw needsSudo("create periodic token");
  if ((given.int("num_uses") ?? 0) < 0) throw invalid("number of uses cannot be negative");
  checkAlias(given.string("entity_alias") ?? "", role);
  if (!["", "service", "batch"].includes(given.string("type") ?? ""))
    throw invalid("invalid 'token_type' value");
  if (typeOf(asked) !== "batch") return;
  if (id !== undefined) throw invalid("batch tokens cannot have an id of one's own");
  if ((given.duration("explicit_max_ttl") ?? 0) > 0)
    throw invalid('batch tokens cannot have "explicit_max_ttl" set');
}

/** What other tokens begin with. */
const PREFIXES = ["hvs.", "s."];

function checkId(id: string): void {
  const prefix = PREFIXES.find((one) => id.startsWith(one));
  if (prefix !== undefined) throw invalid(`custom token ID cannot have the '${prefix}' prefix`);
  if (!/^[!-~]{1,200}$/.test(id)) throw invalid("a custom token id has 1 to 200 visible ASCII characters");
  if (id.includes(".")) throw invalid("custom token ID cannot have a '.' in the value");
}

function checkAlias(alias: string, role: TokenRole | null): void {
  if (alias === "") return;
  if (role === null) throw invalid("'entity_alias' is only allowed in combination with token role");
  const allowed = (role.allowed_entity_aliases ?? []).some((one) =>
    one.endsWith("*") ? alias.toLowerCase().startsWith(one.slice(0, -1)) : one === alias.toLowerCase(),
  );
  if (!allowed) throw invalid("invalid 'entity_alias' value");
}

function typeOf({ call, role }: Asked): "service" | "batch" {
  const kind = role?.token_type ?? "default-service";
  if (kind === "service" || kind === "batch") return kind;
  const asked = call.fields.string("type") ?? "";
  return (asked === "" ? kind.slice("default-".length) : asked) === "batch" ? "batch" : "service";
}

function policiesOf({ call, caller, sudo, role }: Asked): readonly string[] {
  const asked = policyNames(call.fields.strings("policies") ?? []);
  const limited = role === null ? null : allowedByRole(role, asked, noDefault(call, role));
  if (limited !== null && asked.length === 0 && limited.length > 0) return limited;
  const policies = asked.length > 0 ? asked : own(call, caller, role);
  if (limited === null && !sudo && !policies.every((name) => caller.policies.includes(name)))
    throw invalid("child policies must be subset of parent");
  // what the maker has itself is named by nobody: what the role forbids of it is forbidden all the same
  if (limited !== null && role !== null) allowedByRole(role, policies, noDefault(call, role));
  return policies;
}

/** The maker's own, without the default policy where that is not wanted. */
function own(call: Call, { policies }: Caller, role: TokenRole | null): readonly string[] {
  return noDefault(call, role) ? policies.filter((name) => name !== "default") : policies;
}

const noDefault = ({ fields: given }: Call, role: TokenRole | null): boolean =>
  given.bool("no_default_policy") === true || role?.token_no_default_policy === true;

/** The smaller of what is asked and what the role sets, 0 for none; says so where both do. */
function lesser(asked: number, role: number, what: string | null, warnings: string[]): number {
  if (asked === 0 || role === 0) return asked || role;
  const least = Math.min(asked, role);
  if (what !== null)
    warnings.push(
      `${what} specified both during creation call and in role; using the lesser value of ${Math.floor(least / 1_000)} seconds`,
    );
  return least;
}

function grantOf(asked: Asked): { grant: AuthGrant; warnings: string[] } {
  const { call, caller, sudo, role, roleName } = asked;
  const given = call.fields;
  const warnings: string[] = [];
  const policies = policiesOf(asked);
  // the default policy comes with every token, except where the caller could not have given it
  const mayDefault = sudo || role !== null || caller.policies.includes("default");
  const name = given.string("display_name");
  const most = role?.token_explicit_max_ttl ?? 0;
  const cidrs = role?.token_bound_cidrs ?? [];
  const entityAlias = (given.string("entity_alias") ?? "").toLowerCase();
  const grant: AuthGrant = {
    policies,
    metadata: given.map("meta") ?? {},
    displayName: name === undefined || name === "" ? "token" : `token-${name.replace(/[^\w-]+/g, "-")}`,
    ttl: given.duration("ttl") ?? given.duration("lease"),
    explicitMaxTtl: lesser(given.duration("explicit_max_ttl") ?? 0, most, "Explicit max TTL", warnings),
    period: lesser(given.duration("period") ?? 0, role?.token_period ?? 0, "Period", warnings),
    numUses: lesser(given.int("num_uses") ?? 0, role?.token_num_uses ?? 0, null, warnings),
    renewable: given.bool("renewable") !== false && role?.renewable !== false,
    noDefaultPolicy: noDefault(call, role) || !mayDefault,
    type: typeOf(asked),
    ...(cidrs.length > 0 ? { boundCidrs: cidrs } : {}),
    ...(role === null ? {} : { role: roleName }),
    // whose entity the token has; who made it stands behind it all the same
    ...(entityAlias === "" ? {} : { alias: { name: entityAlias, metadata: {} } }),
    ...(role?.actor === "person" ? { actor: "person" as const } : {}),
  };
  return { grant, warnings };
}
