/**
 * What every auth method lets its roles and users say about their tokens: Vault's `token_*` fields, once for all methods. A method
 * stores `TokenParameters` among its own members, declares `fields`, and turns them into a grant at login.
 */
import { seconds } from "../core/duration.ts";
import { BulkheadError } from "../core/errors.ts";
import type { ReplyValue } from "../core/json-bytes.ts";
import { parseTimeWindow } from "../core/time-window.ts";
import { checkCidrs } from "../kernel/cidr.ts";
import type { AuthGrant, FieldDeclaration, Fields } from "../kernel/plugin.ts";

/** Spans in milliseconds, 0 for none. Members are named as Vault's fields, which is how they are read and written. */
export interface TokenParameters {
  readonly token_bound_cidrs: readonly string[];
  readonly token_explicit_max_ttl: number;
  readonly token_max_ttl: number;
  /** Bulkhead's own: put into the metadata of every token. */
  readonly token_metadata: Readonly<Record<string, string>>;
  readonly token_no_default_policy: boolean;
  readonly token_num_uses: number;
  readonly token_period: number;
  readonly token_policies: readonly string[];
  readonly token_ttl: number;
  readonly token_type: string;
  /** Bulkhead's own: so many other people must agree to each login; 0: nobody. Absent in older rows. */
  readonly token_approvals?: number;
  /** Bulkhead's own: when logins may happen (`Mon-Thu 08:00-16:00`, UTC); empty: always. */
  readonly token_window?: string;
}

export type TokenField = keyof TokenParameters;
/** Vault's older names for some of the fields, which clients still send: `{ token_policies: "policies" }`. */
export type FormerNames = Readonly<Partial<Record<TokenField, string>>>;

/** Those that most methods had. */
export const FORMER_TOKEN_NAMES: FormerNames = {
  token_policies: "policies",
  token_ttl: "ttl",
  token_max_ttl: "max_ttl",
  token_num_uses: "num_uses",
  token_period: "period",
  token_bound_cidrs: "bound_cidrs",
};

export const NEW_TOKEN_PARAMETERS: TokenParameters = {
  token_bound_cidrs: [],
  token_explicit_max_ttl: 0,
  token_max_ttl: 0,
  token_metadata: {},
  token_no_default_policy: false,
  token_num_uses: 0,
  token_period: 0,
  token_policies: [],
  token_ttl: 0,
  token_type: "default",
};

const MOST_APPROVALS = 10;

const FIELDS: Readonly<Record<TokenField, FieldDeclaration>> = {
  token_policies: { type: "strings", description: "Policies of the tokens", plain: true },
  token_ttl: { type: "duration", description: "First life of the tokens", plain: true },
  token_max_ttl: { type: "duration", description: "Longest life of the tokens", plain: true },
  token_explicit_max_ttl: { type: "duration", description: "Hard end of the tokens' life", plain: true },
  token_period: { type: "duration", description: "Makes the tokens periodic", plain: true },
  token_num_uses: { type: "int", description: "Uses of a token; 0: unlimited", plain: true },
  token_bound_cidrs: { type: "strings", description: "Networks the tokens may be used from", plain: true },
  token_no_default_policy: { type: "bool", description: "Tokens without the default policy", plain: true },
  token_type: { type: "string", description: "service, batch or default", plain: true },
  token_metadata: { type: "map", description: "Put into every token's metadata", plain: true },
  token_approvals: { type: "int", description: "How many other people must agree to a login", plain: true },
  token_window: {
    type: "string",
    description: "When logins may happen, in UTC: Mon-Thu 08:00-16:00",
    plain: true,
  },
};
const TOKEN_TYPES = ["default", "service", "batch", "default-service", "default-batch"];

const invalid = (problem: string): BulkheadError => new BulkheadError("request.invalid", { problem });

/** The declarations, the older names among them. */
const REFUSED: Readonly<Record<string, FieldDeclaration>> = {
  token_strictly_bind_ip: {
    type: "bool",
    description: "Not offered: name the networks in token_bound_cidrs",
    plain: true,
    refused: true,
  },
};

export function tokenFields(former: FormerNames = {}): Readonly<Record<string, FieldDeclaration>> {
  const older = Object.entries(former).map(([field, name]) => [
    name,
    { ...FIELDS[field as TokenField], description: `Former name of ${field}` },
  ]);
  return { ...FIELDS, ...REFUSED, ...(Object.fromEntries(older) as Record<string, FieldDeclaration>) };
}

function policyNames(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.trim().toLowerCase()).filter((name) => name !== ""))];
}

/** The parameters with what a call sets; nothing is checked yet. Of a new and a former name the new one counts. */
export function changedParameters(
  before: TokenParameters,
  fields: Fields,
  former: FormerNames = {},
): TokenParameters {
  const given = <T>(field: TokenField, read: (name: string) => T | undefined): T | undefined => {
    const older = former[field];
    return read(field) ?? (older === undefined ? undefined : read(older));
  };
  const span = (field: TokenField): number | undefined => given(field, (name) => fields.duration(name));
  const policies = given("token_policies", (name) => fields.strings(name));
  return {
    token_bound_cidrs: given("token_bound_cidrs", (name) => fields.strings(name)) ?? before.token_bound_cidrs,
    token_explicit_max_ttl: span("token_explicit_max_ttl") ?? before.token_explicit_max_ttl,
    token_max_ttl: span("token_max_ttl") ?? before.token_max_ttl,
    token_metadata: fields.map("token_metadata") ?? before.token_metadata,
    token_no_default_policy: fields.bool("token_no_default_policy") ?? before.token_no_default_policy,
    token_num_uses: given("token_num_uses", (name) => fields.int(name)) ?? before.token_num_uses,
    token_period: span("token_period") ?? before.token_period,
    token_policies: policies === undefined ? before.token_policies : policyNames(policies),
    token_ttl: span("token_ttl") ?? before.token_ttl,
    token_type: fields.string("token_type") || before.token_type,
    ...some("token_approvals", fields.int("token_approvals") ?? before.token_approvals),
    ...some("token_window", fields.string("token_window") ?? before.token_window),
  };
}

const isBatch = ({ token_type }: TokenParameters): boolean => token_type.endsWith("batch");
const notBatch = (tokens: string): BulkheadError =>
  invalid(`'token_type' cannot be 'batch' or 'default_batch' when set to generate ${tokens}`);

/** Throws `request.invalid` for what could not work. */
export function checkParameters(parameters: TokenParameters): void {
  const { token_type, token_num_uses, token_ttl, token_max_ttl, token_policies } = parameters;
  if (!TOKEN_TYPES.includes(token_type)) throw invalid(`invalid 'token_type' value "${token_type}"`);
  if (token_num_uses < 0) throw invalid("'token_num_uses' cannot be negative");
  if (token_max_ttl !== 0 && token_ttl > token_max_ttl)
    throw invalid("'token_ttl' cannot be greater than 'token_max_ttl'");
  if (isBatch(parameters) && token_num_uses > 0) throw notBatch("tokens with limited use count");
  if (isBatch(parameters) && parameters.token_period > 0) throw notBatch("periodic tokens");
  if (token_policies.includes("root")) throw invalid("auth methods cannot create root tokens");
  const { token_approvals = 0, token_window = "" } = parameters;
  if (token_approvals < 0 || token_approvals > MOST_APPROVALS)
    throw invalid(`'token_approvals' is a number from 0 to ${MOST_APPROVALS}`);
  if (token_window !== "" && parseTimeWindow(token_window) === null)
    throw invalid("'token_window' is a window such as \"Mon-Thu 08:00-16:00\" (UTC)");
  checkCidrs(parameters.token_bound_cidrs);
}

const some = <K extends string, T>(name: K, value: T | undefined): Partial<Record<K, T>> =>
  value === undefined ? {} : ({ [name]: value } as Record<K, T>);

/** As answers carry them: spans in seconds. */
export function describeParameters(parameters: TokenParameters): Record<string, ReplyValue> {
  const { token_metadata } = parameters;
  return {
    // Vault has no such fields: shown where they were ever set
    ...some("token_approvals", parameters.token_approvals),
    ...some("token_window", parameters.token_window),
    token_bound_cidrs: parameters.token_bound_cidrs,
    token_explicit_max_ttl: seconds(parameters.token_explicit_max_ttl),
    token_max_ttl: seconds(parameters.token_max_ttl),
    ...(Object.keys(token_metadata).length === 0 ? {} : { token_metadata }),
    token_no_default_policy: parameters.token_no_default_policy,
    token_num_uses: parameters.token_num_uses,
    token_period: seconds(parameters.token_period),
    token_policies: parameters.token_policies,
    token_ttl: seconds(parameters.token_ttl),
    token_type: parameters.token_type,
  };
}

/** What the parameters grant. The method adds who logged in; `metadata` it adds must not hide `token_metadata`. */
export function grantOf(
  parameters: TokenParameters,
  who: Pick<AuthGrant, "displayName" | "metadata" | "role" | "actor" | "alias" | "internal">,
): AuthGrant {
  const service = parameters.token_type.endsWith("service");
  const { token_approvals = 0, token_window = "" } = parameters;
  return {
    ...who,
    conditions: {
      ...(token_approvals > 0 && { approvals: token_approvals }),
      ...(token_window !== "" && { window: token_window }),
    },
    policies: parameters.token_policies,
    ttl: parameters.token_ttl || undefined,
    maxTtl: parameters.token_max_ttl || undefined,
    explicitMaxTtl: parameters.token_explicit_max_ttl || undefined,
    period: parameters.token_period || undefined,
    numUses: parameters.token_num_uses || undefined,
    // where the role says nothing the mount does
    type: isBatch(parameters) ? "batch" : service ? "service" : undefined,
    noDefaultPolicy: parameters.token_no_default_policy,
    boundCidrs: parameters.token_bound_cidrs,
  };
}
