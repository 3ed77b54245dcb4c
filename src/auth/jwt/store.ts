/** What a mount keeps: its configuration and its roles. Spans of `TokenParameters` in milliseconds, leeways in seconds as Vault's. */
import type { Json } from "../../core/json-bytes.ts";
import type { Actor } from "../../kernel/plugin.ts";
import { roleRows } from "../role-rows.ts";
import type { TokenParameters } from "../token-parameters.ts";

export interface Config {
  readonly oidc_discovery_url: string;
  readonly oidc_discovery_ca_pem: string;
  readonly jwks_url: string;
  readonly jwks_ca_pem: string;
  readonly jwt_validation_pubkeys: readonly string[];
  readonly jwt_supported_algs: readonly string[];
  readonly bound_issuer: string;
  readonly default_role: string;
  readonly oidc_client_id: string;
  /** Never shown. */
  readonly oidc_client_secret: string;
  readonly namespace_in_state: boolean;
}

export interface Role extends TokenParameters {
  readonly role_type: string;
  readonly bound_audiences: readonly string[] | null;
  readonly bound_subject: string;
  readonly bound_claims: Readonly<Record<string, Json>> | null;
  readonly bound_claims_type: string;
  readonly claim_mappings: Readonly<Record<string, string>> | null;
  readonly user_claim: string;
  readonly user_claim_json_pointer: boolean;
  readonly groups_claim: string;
  /** Seconds; 0: the default, negative: none. */
  readonly clock_skew_leeway: number;
  readonly expiration_leeway: number;
  readonly not_before_leeway: number;
  readonly max_age: number;
  readonly allowed_redirect_uris: readonly string[] | null;
  readonly oidc_scopes: readonly string[] | null;
  /** An issuer's id, or none. */
  readonly preset: string;
  readonly actor: Actor;
  /** Why a role that lint finds too broad stands; empty: it does not. */
  readonly allow_broad: string;
}

export const roles = roleRows<Config, Role>();
export const { loadConfig, saveConfig, loadRole, saveRole, roleNames } = roles;
