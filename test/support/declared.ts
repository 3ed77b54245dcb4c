/** A declared project of three stages in three environments, and logins as its stages, through a server's HTTP API. */
import assert from "node:assert/strict";
import { manifestApi } from "../../src/cli/manifest-api.ts";
import { ApiClient } from "../../src/client/index.ts";
import { httpTransport } from "../../src/client/http.ts";
import { Secret } from "../../src/core/secret.ts";
import { type Manifest, apply, requireManifest } from "../../src/manifest/index.ts";
import { fake } from "./fake.ts";
import type { Rest } from "./rest.ts";

export const STAGES = ["ingest", "train", "serve"] as const;
export const ENVIRONMENTS = ["dev", "staging", "prod"] as const;

export const DECLARATION = `project: fraud
owner: ml-platform@example.com
environments: { dev: { people: true }, staging: {}, prod: { production: true } }
secrets:
  lake:   { provider: postgres, purpose: reads the features, plain: [username] }
  wandb:  { provider: wandb, purpose: metrics }
  hub:    { provider: huggingface, purpose: base model, allow: read, shared: train and serve read the same base model }
  openai: { provider: openai, purpose: explains scores }
  admin:  { provider: openai, purpose: mints the keys above }
stages:
  ingest: { run: python ingest.py, use: { PGPASSWORD: lake.password, PGUSER: lake.username } }
  train:  { run: python train.py, use: { WANDB_API_KEY: wandb, HF_TOKEN: hub }, set: { EPOCHS: 3 }, ttl: 6h }
  serve:  { run: python serve.py, use: { OPENAI_API_KEY: openai, HF_TOKEN: hub } }
`;
export const USES: Readonly<Record<(typeof STAGES)[number], readonly string[]>> = {
  ingest: ["lake"],
  train: ["wandb", "hub"],
  serve: ["openai", "hub"],
};
/** `admin` is used by no stage. */
export const SECRETS = ["lake", "wandb", "hub", "openai", "admin"] as const;

/** As `bulkhead apply` does it. */
export async function applyOver(address: string, token: string, text = DECLARATION): Promise<Manifest> {
  const manifest = requireManifest(text);
  const http = httpTransport({ address });
  try {
    await apply(manifest, manifestApi(new ApiClient({ transport: http.send, token: Secret.copy(token) })));
  } finally {
    http.close();
  }
  return manifest;
}

/** Every secret in every environment with a value of its own: `fraud/dev/lake` → value. */
export async function putAll(root: Rest, project = "fraud"): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  for (const environment of ENVIRONMENTS)
    for (const secret of SECRETS) {
      const value = fake(`${environment}_${secret}_`, 24);
      const data = secret === "lake" ? { username: "reader", password: value } : { value };
      const path = `${project}/${environment}/${secret}`;
      const { status, text } = await root("POST", `secret/data/${path}`, { data });
      assert.equal(status, 200, text);
      values.set(path, value);
    }
  return values;
}

export interface StageLogin {
  readonly token: string;
  readonly accessor: string;
  readonly roleId: string;
  readonly secretId: string;
}

/** With a single-use secret id, as `run` does it. */
export async function loginAs(
  root: Rest,
  role: string,
  metadata: Readonly<Record<string, string>> = {},
): Promise<StageLogin> {
  const path = `auth/approle/role/${role}`;
  const roleId = String((await root("GET", `${path}/role-id`)).json.data?.role_id);
  const made = await root("POST", `${path}/secret-id`, { metadata: JSON.stringify(metadata), num_uses: 1 });
  const secretId = String(made.json.data?.secret_id);
  const login = await root.as(null)("POST", "auth/approle/login", { role_id: roleId, secret_id: secretId });
  assert.equal(login.status, 200, login.text);
  const { client_token, accessor } = login.json.auth ?? {};
  return { token: String(client_token), accessor: String(accessor), roleId, secretId };
}
