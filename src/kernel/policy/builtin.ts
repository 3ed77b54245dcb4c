/** The policies every installation has. `root` is code, not rules; `default` is text that an operator may replace. */
import { ROOT_POLICY } from "./acl.ts";
import type { CompiledPolicy } from "./types.ts";

export const DEFAULT_POLICY = "default";

/** What a token may do about itself. Attached to every token that does not refuse it. */
export const DEFAULT_POLICY_TEXT = `# The token itself: see it, renew it, give it up
path "auth/token/lookup-self" { capabilities = ["read"] }
path "auth/token/renew-self"  { capabilities = ["update"] }
path "auth/token/revoke-self" { capabilities = ["update"] }

# What this token may do, path by path and in all (the latter for user interfaces)
path "sys/capabilities-self"           { capabilities = ["update"] }
path "sys/internal/ui/resultant-acl"   { capabilities = ["read"] }
path "sys/internal/ui/mounts"          { capabilities = ["read"] }
path "sys/internal/ui/mounts/*"        { capabilities = ["read"] }

# The holder's own entity
path "identity/entity/id/{{identity.entity.id}}"     { capabilities = ["read"] }
path "identity/entity/name/{{identity.entity.name}}" { capabilities = ["read"] }

# Leases whose id the holder knows
path "sys/renew"         { capabilities = ["update"] }
path "sys/leases/renew"  { capabilities = ["update"] }
path "sys/leases/lookup" { capabilities = ["update"] }

# The token's own cubbyhole
path "cubbyhole/*" { capabilities = ["create", "read", "update", "delete", "list"] }

# Response wrapping
path "sys/wrapping/wrap"   { capabilities = ["update"] }
path "sys/wrapping/lookup" { capabilities = ["update"] }
path "sys/wrapping/unwrap" { capabilities = ["update"] }

# Hashing of values the caller brings
path "sys/tools/hash"   { capabilities = ["update"] }
path "sys/tools/hash/*" { capabilities = ["update"] }

# Sign-in at an OIDC provider
path "identity/oidc/provider/+/authorize" { capabilities = ["read", "update"] }
`;

/** The policy of wrapping tokens, and of nothing else: it can be given to no token, and is not listed. */
export const RESPONSE_WRAPPING = "response-wrapping";

export const RESPONSE_WRAPPING_TEXT = `path "cubbyhole/response"     { capabilities = ["create", "read"] }
path "sys/wrapping/unwrap"    { capabilities = ["update"] }
path "auth/token/revoke-self" { capabilities = ["update"] }
`;

/** Its name is what grants; it has no rules. */
export const rootPolicy: CompiledPolicy = { name: ROOT_POLICY, rules: [], templated: false };
