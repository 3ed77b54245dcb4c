/** What a mount keeps: the cluster it asks, and roles by name. */
import { roleRows } from "../role-rows.ts";
import type { TokenParameters } from "../token-parameters.ts";

export interface Config {
  readonly kubernetes_host: string;
  readonly kubernetes_ca_cert: string;
  /** Never shown. */
  readonly token_reviewer_jwt: string;
  readonly pem_keys: readonly string[];
  readonly issuer: string;
  readonly disable_iss_validation: boolean;
  readonly disable_local_ca_jwt: boolean;
}

export interface Role extends TokenParameters {
  readonly bound_service_account_names: readonly string[];
  readonly bound_service_account_namespaces: readonly string[];
  readonly audience: string;
  readonly alias_name_source: string;
  readonly allow_broad: string;
}

export const roles = roleRows<Config, Role>();
export const { loadConfig, saveConfig, loadRole, saveRole, roleNames } = roles;
