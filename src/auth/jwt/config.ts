/** `config`: whose signatures count on this mount, and the client that people's logins go by. The client's secret is never shown. */
import { BulkheadError } from "../../core/errors.ts";
import type { Call, FieldDeclaration, MountContext, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { X509Certificate } from "node:crypto";
import { FetchError } from "./fetch.ts";
import { type KeySource, fetchDiscovery, fetchKeySet, keyOfPem } from "./key-source.ts";
import { checkRoles } from "./rule.ts";
import { type Config, type Role, loadConfig, loadRole, roleNames, saveConfig } from "./store.ts";
import { ALGORITHMS } from "./token.ts";

const text = (description: string): FieldDeclaration => ({ type: "string", description, plain: true });
const fields: Readonly<Record<string, FieldDeclaration>> = {
  oidc_discovery_url: text("The issuer's address; its discovery document names the keys"),
  oidc_discovery_ca_pem: text("Certificates to trust for it, in PEM"),
  jwks_url: text("Address of a key set, where there is no discovery"),
  jwks_ca_pem: text("Certificates to trust for it, in PEM"),
  jwt_validation_pubkeys: { type: "strings", description: "Public keys or certificates in PEM", plain: true },
  jwt_supported_algs: {
    type: "strings",
    description: "Signature algorithms; all asymmetric ones",
    plain: true,
  },
  bound_issuer: text("What `iss` must be"),
  default_role: text("The role of logins that name none"),
  oidc_client_id: text("The client at the provider, for people's logins"),
  oidc_client_secret: { type: "secret", description: "Its secret" },
  namespace_in_state: { type: "bool", description: "Kept for clients that send it", plain: true },
  skip_jwks_validation: {
    type: "bool",
    description: "Stores the configuration though the issuer does not answer now",
    plain: true,
  },
  oidc_response_mode: text("Not offered but for `query`"),
  oidc_response_types: { type: "strings", description: "Not offered but for `code`", plain: true },
  jwks_pairs: { type: "json", description: "Not offered", plain: true },
  provider_config: { type: "json", description: "Not offered" },
  override_allowed_server_names: { type: "strings", description: "Not offered", plain: true },
};

const invalid = (problem: string): BulkheadError => new BulkheadError("request.invalid", { problem });
const ONE_OF =
  "exactly one of 'jwt_validation_pubkeys', 'jwks_url', 'jwks_pairs', 'oidc_discovery_url', or 'provider_config' must be set";

/** Members that ask for what there is not. Ignored they would seem to hold. */
function refuseOthers({ fields: given }: Call): void {
  const empty = (name: string): boolean => {
    const raw = given.json(name)?.bytes.toString("utf8").replace(/\s/g, "") ?? "";
    return ["", "{}", "[]", "null", '""'].includes(raw);
  };
  for (const name of ["jwks_pairs", "provider_config"])
    if (!empty(name)) throw invalid(`${name} is not offered`);
  const mode = given.string("oidc_response_mode") ?? "";
  if (!["", "query"].includes(mode))
    throw invalid(
      mode === "form_post" ? "response_mode form_post is not offered" : `invalid response_mode: "${mode}"`,
    );
  const types = given.strings("oidc_response_types") ?? [];
  if (types.some((type) => !["code", "id_token"].includes(type)))
    throw invalid(`invalid response_types [${types.join(" ")}]. 'code' and 'id_token' are allowed`);
  if (types.includes("id_token")) throw invalid("response_types id_token is not offered: logins go by code");
  if ((given.strings("override_allowed_server_names") ?? []).length > 0)
    throw invalid("override_allowed_server_names is not offered");
}

/** PEM blocks of one field, which may come as one text or a list. */
const pemsOf = (given: readonly string[]): readonly string[] =>
  given.map((pem) => pem.trim()).filter((pem) => pem !== "");

function configOf(call: Call): Config {
  const given = call.fields;
  const word = (name: string): string => given.string(name) ?? "";
  return {
    oidc_discovery_url: word("oidc_discovery_url"),
    oidc_discovery_ca_pem: word("oidc_discovery_ca_pem"),
    jwks_url: word("jwks_url"),
    jwks_ca_pem: word("jwks_ca_pem"),
    jwt_validation_pubkeys: pemsOf(given.strings("jwt_validation_pubkeys") ?? []),
    jwt_supported_algs: given.strings("jwt_supported_algs") ?? [],
    bound_issuer: word("bound_issuer"),
    default_role: word("default_role").toLowerCase(),
    oidc_client_id: word("oidc_client_id"),
    oidc_client_secret: given.secret("oidc_client_secret")?.revealText() ?? "",
    namespace_in_state: given.bool("namespace_in_state") ?? true,
  };
}

function check(config: Config): void {
  const sources = [config.oidc_discovery_url, config.jwks_url, config.jwt_validation_pubkeys.join("")];
  if (sources.filter((source) => source !== "").length !== 1) throw invalid(ONE_OF);
  if ((config.oidc_client_id === "") !== (config.oidc_client_secret === ""))
    throw invalid("both 'oidc_client_id' and 'oidc_client_secret' must be set for OIDC");
  if (config.oidc_client_id !== "" && config.oidc_discovery_url === "")
    throw invalid("'oidc_discovery_url' must be set for OIDC");
  for (const pem of config.jwt_validation_pubkeys)
    try {
      keyOfPem(pem);
    } catch {
      throw invalid("error parsing public key: data does not contain any valid public keys");
    }
  for (const name of config.jwt_supported_algs)
    if (!Object.hasOwn(ALGORITHMS, name))
      throw invalid(`invalid jwt_supported_algs: unsupported signing algorithm "${name}"`);
  if (!isPem(config.jwks_ca_pem)) throw invalid("error checking jwks_ca_pem");
  if (!isPem(config.oidc_discovery_ca_pem))
    throw invalid("error checking oidc discovery URL: could not parse CA PEM value successfully");
}

function isPem(text: string): boolean {
  try {
    return text === "" || new X509Certificate(text).subject !== null;
  } catch {
    return false;
  }
}

/** Asks the issuer, as Vault does: a configuration that cannot work is not stored. */
async function ask(config: Config): Promise<void> {
  try {
    if (config.oidc_discovery_url !== "") await fetchDiscovery(config);
    else if (config.jwks_url !== "") await fetchKeySet(config.jwks_url, config.jwks_ca_pem);
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    throw invalid(
      config.jwks_url === ""
        ? `error checking oidc discovery URL: ${error.message}`
        : `error checking jwks URL: ${error.message}`,
    );
  }
}

async function write(call: Call): Promise<Reply | undefined> {
  refuseOthers(call);
  const config = configOf(call);
  check(config);
  const warnings: string[] = [];
  try {
    await ask(config);
  } catch (error) {
    if (call.fields.bool("skip_jwks_validation") !== true) throw error;
    warnings.push(error instanceof Error ? error.message : "the issuer does not answer");
  }
  await call.storage.transaction(async (tx) => {
    // roles that were written before whose tokens they take was known
    const roles: (readonly [string, Role])[] = [];
    for (const name of await roleNames(tx)) {
      const role = await loadRole(tx, name);
      if (role !== null) roles.push([name, role]);
    }
    checkRoles(roles, config);
    saveConfig(tx, config);
  });
  return warnings.length === 0 ? undefined : { warnings };
}

async function read(call: Call): Promise<Reply | null> {
  const config = await loadConfig(call.storage);
  if (config === null) return null;
  const { oidc_client_secret: _, ...shown } = config;
  return {
    data: { ...shown, oidc_response_mode: "", oidc_response_types: [], provider_config: {}, status: "valid" },
  };
}

export const configPath = (_: MountContext, _keys: KeySource): PathDeclaration => ({
  pattern: "config",
  summary: "Whose signatures count",
  fields,
  operations: { read, create: write, update: write },
});

/** Throws `jwt.not-configured`. */
export async function requireConfig(call: Call): Promise<Config> {
  const config = await loadConfig(call.storage);
  if (config === null) throw new BulkheadError("jwt.not-configured");
  return config;
}
