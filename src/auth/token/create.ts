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
import type { AccessService, TokenService } from "../../kernel/services.ts";

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
  entity_alias: { type: "string", plain: true, description: "Offered with roles only" },
};

const invalid = (problem: string): BulkheadError => new BulkheadError("token.invalid", { problem });

export function createPaths(tokens: TokenService, access: AccessService): PathDeclaration[] {
  const create = async (call: Call, orphan: boolean): Promise<Reply> => {
    const { caller, fields: given } = call;
    if (caller === null) throw new BulkheadError("auth.missing-token");
    const path = `${call.mount.path}${call.path}`;
    const granted = await access.capabilities(caller, path);
    const sudo = granted.includes("sudo") || granted.includes("root");
    refuse(call, sudo);
    const id = given.secret("id");
    const auth = await tokens.issue(grantOf(call, caller, sudo), {
      path,
      parent: orphan || given.bool("no_parent") === true ? null : caller,
      by: caller,
      mount: call.mount,
      ...(id === undefined ? {} : { id: Secret.copy(id.reveal()) }),
    });
    return { auth };
  };
  return [
    {
      pattern: "create-orphan",
      summary: "Make a token without a parent",
      fields,
      sudo: true,
      operations: { update: (call) => create(call, true) },
    },
    {
      pattern: "create",
      summary: "Make a child token",
      fields,
      operations: { update: (call) => create(call, false) },
    },
  ];
}

function refuse({ fields: given }: Call, sudo: boolean): void {
  const needsSudo = (what: string): BulkheadError => invalid(`root or sudo privileges required to ${what}`);
  const id = given.secret("id");
  if (id !== undefined && !sudo) throw needsSudo("specify token id");
  if (id !== undefined && !/^[!-~]{1,200}$/.test(id.revealText()))
    throw invalid("a custom token id has 1 to 200 visible ASCII characters");
  if (id?.reveal().includes(0x2e) === true) throw invalid("custom token ID cannot contain a '.'");
  if (given.bool("no_parent") === true && !sudo) throw needsSudo("create orphan token");
  if ((given.duration("period") ?? 0) > 0 && !sudo) throw needsSudo("create periodic token");
  if ((given.int("num_uses") ?? 0) < 0) throw invalid("number of uses cannot be negative");
  if (given.string("entity_alias"))
    throw invalid("'entity_alias' is only allowed in combination with token role");
  if (!["", "default", "service", "batch"].includes(given.string("type") ?? ""))
    throw invalid("invalid 'token_type' value");
  if (given.string("type") !== "batch") return;
  if (id !== undefined) throw invalid("batch tokens cannot have an id of one's own");
  if ((given.duration("explicit_max_ttl") ?? 0) > 0)
    throw invalid('batch tokens cannot have "explicit_max_ttl" set');
}

function grantOf({ fields: given }: Call, caller: Caller, sudo: boolean): AuthGrant {
  const asked = given.strings("policies") ?? [];
  const policies = asked.length === 0 ? caller.policies : asked.map((name) => name.trim().toLowerCase());
  // the default policy comes with every token, except where the caller could not have given it
  const mayDefault = sudo || caller.policies.includes("default");
  if (!sudo && !policies.every((name) => caller.policies.includes(name)))
    throw invalid("child policies must be subset of parent");
  const name = given.string("display_name");
  return {
    policies,
    metadata: given.map("meta") ?? {},
    displayName: name === undefined || name === "" ? "token" : `token-${name.replace(/[^\w-]+/g, "-")}`,
    ttl: given.duration("ttl") ?? given.duration("lease"),
    explicitMaxTtl: given.duration("explicit_max_ttl"),
    period: given.duration("period"),
    numUses: given.int("num_uses"),
    renewable: given.bool("renewable"),
    noDefaultPolicy: given.bool("no_default_policy") === true || !mayDefault,
    type: given.string("type") === "batch" ? "batch" : "service",
  };
}
