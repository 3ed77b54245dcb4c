/** `config`: which cluster says whether a token stands, and how it is asked. The reviewer's token is never shown. */
import { BulkheadError } from "../../core/errors.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { FetchError, issuerUrl } from "../jwt/fetch.ts";
import { keyOfPem } from "../jwt/key-source.ts";
import { checkRolesUnder } from "./roles.ts";
import { type Config, loadConfig, saveConfig } from "./store.ts";

const invalid = (problem: string): BulkheadError => new BulkheadError("request.invalid", { problem });

function configOf({ fields }: Call): Config {
  const host = fields.string("kubernetes_host") ?? "";
  if (host === "") throw invalid("no host provided");
  try {
    issuerUrl(host);
  } catch (error) {
    if (error instanceof FetchError) throw invalid(`kubernetes_host: ${error.message}`);
    throw error;
  }
  const pems = (fields.strings("pem_keys") ?? []).filter((pem) => pem.trim() !== "");
  for (const pem of pems)
    try {
      keyOfPem(pem);
    } catch {
      throw invalid("data does not contain any valid public keys");
    }
  const config: Config = {
    kubernetes_host: host,
    kubernetes_ca_cert: fields.string("kubernetes_ca_cert") ?? "",
    token_reviewer_jwt: fields.secret("token_reviewer_jwt")?.revealText() ?? "",
    pem_keys: pems,
    issuer: fields.string("issuer") ?? "",
    disable_iss_validation: fields.bool("disable_iss_validation") ?? true,
    disable_local_ca_jwt: fields.bool("disable_local_ca_jwt") ?? false,
  };
  if (config.disable_local_ca_jwt && config.kubernetes_ca_cert === "")
    throw invalid("kubernetes_ca_cert must be given when disable_local_ca_jwt is true");
  return config;
}

async function write(call: Call): Promise<undefined> {
  const config = configOf(call);
  await call.storage.transaction(async (tx) => {
    await checkRolesUnder(config, tx);
    saveConfig(tx, config);
  });
}

async function read(call: Call): Promise<Reply | null> {
  const config = await loadConfig(call.storage);
  if (config === null) return null;
  const { token_reviewer_jwt: reviewer, ...shown } = config;
  return { data: { ...shown, token_reviewer_jwt_set: reviewer !== "" } };
}

export const configPath: PathDeclaration = {
  pattern: "config",
  summary: "The cluster that is asked",
  fields: {
    kubernetes_host: { type: "string", description: "The API server's address", plain: true },
    kubernetes_ca_cert: { type: "string", description: "Certificates to trust for it, in PEM", plain: true },
    token_reviewer_jwt: {
      type: "secret",
      description: "What may ask for reviews; else the pod's own, else the login's token",
    },
    pem_keys: {
      type: "strings",
      description: "The cluster's public keys: tokens are proved here, not asked about",
      plain: true,
    },
    issuer: {
      type: "string",
      description: "What `iss` must be, with disable_iss_validation false",
      plain: true,
    },
    disable_iss_validation: { type: "bool", description: "Any issuer", plain: true },
    disable_local_ca_jwt: {
      type: "bool",
      description: "Never the pod's own certificates and token",
      plain: true,
    },
  },
  operations: { read, create: write, update: write },
};
