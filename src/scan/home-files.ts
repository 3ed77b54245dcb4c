/** Files in a home folder that hold credentials: what any program that runs as this user can read. Looked at for existence only. */
import { constants } from "node:fs";
import { access, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

export interface HomeFile {
  /** With `~/`. */
  readonly path: string;
  readonly holds: string;
}

const KNOWN: readonly HomeFile[] = [
  { path: ".aws/credentials", holds: "AWS keys" },
  { path: ".aws/sso/cache", holds: "AWS sign-in sessions" },
  { path: ".azure/msal_token_cache.json", holds: "Azure sessions" },
  { path: ".config/gcloud/application_default_credentials.json", holds: "Google Cloud credentials" },
  { path: ".config/gcloud/credentials.db", holds: "Google Cloud sessions" },
  { path: ".config/gh/hosts.yml", holds: "a GitHub token" },
  { path: ".cache/huggingface/token", holds: "a Hugging Face token" },
  { path: ".cache/huggingface/stored_tokens", holds: "Hugging Face tokens" },
  { path: ".huggingface/token", holds: "a Hugging Face token" },
  { path: ".kaggle/kaggle.json", holds: "a Kaggle key" },
  { path: ".databrickscfg", holds: "Databricks tokens" },
  { path: ".comet.config", holds: "a Comet key" },
  { path: ".modal.toml", holds: "Modal tokens" },
  { path: ".netrc", holds: "logins for hosts, Weights & Biases among them" },
  { path: ".pgpass", holds: "PostgreSQL passwords" },
  { path: ".docker/config.json", holds: "registry logins" },
  { path: ".kube/config", holds: "cluster credentials" },
  { path: ".npmrc", holds: "npm tokens" },
  { path: ".pypirc", holds: "PyPI tokens" },
  { path: ".cargo/credentials.toml", holds: "a crates.io token" },
  { path: ".git-credentials", holds: "git passwords" },
  { path: ".vault-token", holds: "a Vault token" },
  { path: ".local/share/bulkhead", holds: "Bulkhead's own local store" },
];

/** Those that exist, hold something and can be read, in a fixed order; private SSH keys last. */
export async function homeFiles(home: string): Promise<HomeFile[]> {
  const ssh = await readdir(join(home, ".ssh")).catch(() => [] as string[]);
  const keys = ssh
    .filter((name) => name.startsWith("id_") && !name.endsWith(".pub"))
    .sort()
    .map((name) => ({ path: `.ssh/${name}`, holds: "a private SSH key" }));
  const found: HomeFile[] = [];
  for (const { path, holds } of [...KNOWN, ...keys])
    if (await holdsSomething(join(home, path))) found.push({ path: `~/${path}`, holds });
  return found;
}

async function holdsSomething(path: string): Promise<boolean> {
  try {
    const { size } = await stat(path);
    await access(path, constants.R_OK);
    return size > 0;
  } catch {
    return false; // absent or closed to us: not reachable
  }
}
