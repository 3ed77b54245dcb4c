/** What proved claims make of a role: who logs in, the groups, the token's metadata. */
import { PERSON_CLAIM } from "../../kernel/identity/person.ts";
import type { AuthGrant } from "../../kernel/plugin.ts";
import type { IdentityService } from "../../kernel/services.ts";
import { type Claims, claimAt, shownClaim, vouchedFacts } from "../../trust/index.ts";
import { grantOf } from "../token-parameters.ts";
import { refuse } from "./refusal.ts";
import { issuerOfRole, ruleOfRole } from "./rule.ts";
import type { Config, Role } from "./store.ts";

const MOST_NAME = 512;
const MOST_GROUPS = 1_000;

/** `auth/people/` → `people`, as the tokens' names begin. */
const sourceOf = (path: string): string =>
  path
    .replace(/^auth\//, "")
    .replace(/\/$/, "")
    .replaceAll("/", "-");

interface GrantContext {
  readonly role: Role;
  readonly config: Config;
  /** Its path. */
  readonly mount: string;
  readonly people: Pick<IdentityService, "personOf">;
}

/** Throws `Refusal` when a claim that the role reads is missing or of a wrong type. */
export function grantFor(
  { role, config, mount, people }: GrantContext,
  name: string,
  claims: Claims,
): AuthGrant {
  const user = userOf(role, claims);
  const issuer = issuerOfRole(role, config);
  const grant = grantOf(role, {
    displayName: `${sourceOf(mount)}-${user.replace(/[\p{Cc}\p{Cf}]/gu, "?")}`,
    // the role's word counts over the token's: no job may pose as another stage
    metadata: {
      ...(issuer !== undefined && role.role_type === "jwt" && vouchedFacts(issuer, claims, ruleOfRole(role))),
      ...mapped(role, claims),
      ...role.token_metadata,
      role: name,
    },
    role: name,
  });
  return {
    ...grant,
    ...behind(role, claims, people),
    alias: { name: user, metadata: mapped(role, claims), groups: groupsOf(role, claims) },
  };
}

/**
 * What the role says; but a person who comes with an identity token of ours stays that person. One of whom only the claim says so
 * (another server's) is a person whom nobody knows here, and agrees to nothing.
 */
function behind(
  { actor, role_type }: Role,
  claims: Claims,
  people: GrantContext["people"],
): Pick<AuthGrant, "actor" | "principal"> {
  const claim = claims[PERSON_CLAIM];
  if (claim !== undefined) return { actor: "person", principal: people.personOf(claim, claims) ?? "" };
  return { actor: actor !== "" ? actor : role_type === "jwt" ? "machine" : "person" };
}

function userOf({ user_claim: claim, user_claim_json_pointer: pointer }: Role, claims: Claims): string {
  // without the flag a name that begins with a slash is a name
  const value = pointer || !claim.startsWith("/") ? claimAt(claims, claim) : claims[claim];
  if (value === undefined) throw refuse("the user claim is missing", { claim, received: "(absent)" });
  if (typeof value !== "string" || value === "" || value.length > MOST_NAME)
    throw refuse("the user claim is no name", { claim, received: shownClaim(claim, value) });
  return value;
}

function mapped({ claim_mappings: mappings }: Role, claims: Claims): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [claim, name] of Object.entries(mappings ?? {})) {
    const value = claimAt(claims, claim);
    if (value === undefined || value === null) continue;
    if (typeof value !== "string")
      throw refuse("a mapped claim is not a text", { claim, received: shownClaim(claim, value) });
    if (value.length > MOST_NAME) throw refuse("a mapped claim is too long", { claim });
    out[name] = value;
  }
  return out;
}

function groupsOf({ groups_claim: claim }: Role, claims: Claims): readonly string[] {
  if (claim === "") return [];
  const value = claimAt(claims, claim);
  if (value === undefined) throw refuse("the groups claim is missing", { claim, received: "(absent)" });
  const list = Array.isArray(value) ? value : [value];
  if (
    list.length > MOST_GROUPS ||
    !list.every((one): one is string => typeof one === "string" && one.length <= MOST_NAME)
  )
    throw refuse("the groups claim is no list of names", { claim, received: shownClaim(claim, value) });
  return list;
}
