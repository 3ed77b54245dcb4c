/**
 * Where credentials lie on a machine: one row a place, with what whoever reads it gets. Add a row to hide another. `~` is the home
 * folder; `~/.config`, `~/.cache` and `~/.local/share` follow XDG's variables. A row for a folder hides all that is or comes into it,
 * so the narrowest folder is named that holds credentials and nothing else a job needs (the token beside a cache, not the cache).
 */
import type { Kind } from "../core/kinds.ts";
import { type Clean, gitConfig, npmConfig, userinfo } from "./cleaned.ts";

export interface Row {
  readonly path: string;
  readonly why: string;
  /** What lies there, where it is one kind of credential: whoever reads it gets what that kind opens. */
  readonly kind?: Kind | null;
  /** Not empty and read-only, but empty and the job's own: tools must be able to write there. */
  readonly writable?: true;
  /** The file is useful without what is secret in it: the job sees it cleaned, and as it is when nothing is secret in it. */
  readonly clean?: Clean;
}

const row = (
  path: string,
  why: string,
  kind: Kind | null = null,
  more: Omit<Row, "path" | "why" | "kind"> = {},
): Row => ({ path, why, kind, ...more });

/** In the home of the user, of whoever `$HOME` says, and, for root, of everybody. */
export const homeRows: readonly Row[] = [
  row("~/.vault-token", "the token of other clients of the same API"),
  row("~/.local/share/bulkhead", "another store of Bulkhead's"),
  row("~/.config/bulkhead", "Bulkhead's settings and logins"),
  // clouds
  row("~/.aws", "AWS keys and sign-in sessions", "cloud"),
  row("~/.boto", "Google and AWS keys", "object-store"),
  row("~/.s3cfg", "object storage keys", "object-store"),
  row("~/.passwd-s3fs", "object storage keys", "object-store"),
  row("~/.mc", "object storage keys", "object-store"),
  row("~/.config/rclone", "storage logins", "object-store"),
  row("~/.config/gcloud", "Google Cloud credentials", "cloud"),
  row("~/.gsutil", "Google storage credentials", "object-store"),
  row("~/.azure", "Azure sessions", "cloud"),
  row("~/.oci", "Oracle Cloud keys", "cloud"),
  row("~/.aliyun", "Alibaba Cloud keys", "cloud"),
  row("~/.ibmcloud", "IBM Cloud sessions", "cloud"),
  row("~/.bluemix", "IBM Cloud sessions", "cloud"),
  row("~/.config/doctl", "DigitalOcean tokens", "cloud"),
  row("~/.config/hcloud", "Hetzner tokens", "cloud"),
  row("~/.config/linode-cli", "Linode tokens", "cloud"),
  row("~/.config/.wrangler", "Cloudflare sessions", "cloud"),
  row("~/.terraform.d/credentials.tfrc.json", "Terraform Cloud tokens", "cloud"),
  row("~/.terraformrc", "Terraform registry tokens", "cloud"),
  row("~/.pulumi/credentials.json", "Pulumi tokens", "cloud"),
  row("~/.config/op", "1Password sessions"),
  row("~/.1password", "1Password's agent"),
  row("~/.config/Bitwarden CLI", "Bitwarden sessions"),
  row("~/.password-store", "a password store"),
  row("~/.local/share/keyrings", "the desktop's keyring"),
  row("~/.local/share/kwalletd", "the desktop's wallet"),
  row("~/.doppler", "Doppler tokens"),
  row("~/.infisical", "Infisical sessions"),
  row("~/.config/sops", "age keys"),
  row("~/.conjurrc", "Conjur's address"),
  // machines and clusters
  row("~/.ssh", "private keys"),
  row("~/.gnupg", "private keys, and their agent", "signing"),
  row("~/.kube", "cluster credentials", "cloud"),
  row("~/.docker", "registry logins, and Docker Desktop's socket", "package-registry"),
  row("~/.config/containers", "registry logins", "package-registry"),
  row("~/.config/helm", "registry logins", "package-registry"),
  row("~/.colima", "sockets that start containers"),
  row("~/.rd", "sockets that start containers"),
  row("~/.ansible/vault_pass", "a vault's password"),
  row("~/.vault_pass", "a vault's password"),
  // machine learning
  row("~/.cache/huggingface/token", "a Hugging Face token", "model-registry"),
  row("~/.cache/huggingface/stored_tokens", "Hugging Face tokens", "model-registry"),
  row("~/.huggingface/token", "a Hugging Face token", "model-registry"),
  row("~/.kaggle", "a Kaggle key", "training-data"),
  row("~/.config/kaggle", "a Kaggle key", "training-data"),
  row("~/.databrickscfg", "Databricks tokens", "service-account"),
  row("~/.databricks/token-cache.json", "Databricks sessions", "service-account"),
  row("~/.mlflow/credentials", "MLflow logins", "experiment-tracker"),
  row("~/.modal.toml", "Modal tokens", "cloud"),
  row("~/.comet.config", "a Comet key", "experiment-tracker"),
  row("~/.config/wandb", "Weights & Biases settings with keys", "experiment-tracker"),
  row("~/.neptune", "Neptune tokens", "experiment-tracker"),
  row("~/.clearml.conf", "ClearML keys", "experiment-tracker"),
  row("~/clearml.conf", "ClearML keys", "experiment-tracker"),
  row("~/.lightning/credentials.json", "Lightning keys", "cloud"),
  row("~/.runpod", "RunPod keys", "cloud"),
  row("~/.lambda_cloud", "Lambda keys", "cloud"),
  row("~/.ngc", "NVIDIA keys", "cloud"),
  row("~/.sky/api_server", "SkyPilot logins", "cloud"),
  row("~/.snowflake", "Snowflake logins", "database"),
  row("~/.snowsql", "Snowflake logins", "database"),
  row("~/.dbt/profiles.yml", "warehouse logins", "database"),
  row("~/.bigqueryrc", "BigQuery settings with keys", "database"),
  row("~/.streamlit/secrets.toml", "a page's secrets"),
  row("~/.local/share/jupyter/runtime", "keys of running kernels, with which code runs outside", null, {
    writable: true,
  }),
  row("~/.config/openai", "OpenAI keys", "model-api"),
  row("~/.openai", "OpenAI keys", "model-api"),
  row("~/.anthropic", "Anthropic keys", "model-api"),
  row("~/.claude/.credentials.json", "a coding assistant's session", "model-api"),
  row("~/.codex/auth.json", "a coding assistant's session", "model-api"),
  row("~/.gemini/oauth_creds.json", "a coding assistant's session", "model-api"),
  row("~/.config/github-copilot", "a coding assistant's session", "source-control"),
  row("~/.continue/config.json", "a coding assistant's keys", "model-api"),
  row("~/.aider.conf.yml", "a coding assistant's keys", "model-api"),
  // code and packages
  row("~/.netrc", "logins for hosts, Weights & Biases among them"),
  row("~/_netrc", "logins for hosts"),
  row("~/.git-credentials", "git passwords", "source-control"),
  row("~/.config/git/credentials", "git passwords", "source-control"),
  row("~/.cache/git/credential", "git passwords, from who keeps them in memory", "source-control"),
  row("~/.git-credential-cache", "git passwords, from who keeps them in memory", "source-control"),
  row("~/.gitconfig", "credentials in git's settings", "source-control", { clean: gitConfig }),
  row("~/.config/git/config", "credentials in git's settings", "source-control", { clean: gitConfig }),
  row("~/.config/gh", "a GitHub token", "source-control"),
  row("~/.config/hub", "a GitHub token", "source-control"),
  row("~/.config/glab-cli", "a GitLab token", "source-control"),
  row("~/.config/tea", "a Gitea token", "source-control"),
  row("~/.pypirc", "PyPI tokens", "package-registry"),
  row("~/.pip/pip.conf", "logins of package indexes", "package-registry", { clean: userinfo }),
  row("~/.config/pip/pip.conf", "logins of package indexes", "package-registry", { clean: userinfo }),
  row("~/.config/uv/uv.toml", "logins of package indexes", "package-registry", { clean: userinfo }),
  row("~/.local/share/uv/credentials", "logins of package indexes", "package-registry"),
  row("~/.condarc", "logins of package channels", "package-registry", { clean: userinfo }),
  row("~/.config/pypoetry/auth.toml", "PyPI tokens", "package-registry"),
  row("~/.npmrc", "npm tokens", "package-registry", { clean: npmConfig }),
  row("~/.yarnrc.yml", "npm tokens", "package-registry", { clean: npmConfig }),
  row("~/.cargo/credentials.toml", "a crates.io token", "package-registry"),
  row("~/.cargo/credentials", "a crates.io token", "package-registry"),
  row("~/.gem/credentials", "RubyGems keys", "package-registry"),
  row("~/.m2/settings.xml", "Maven logins", "package-registry"),
  row("~/.m2/settings-security.xml", "Maven's master password", "package-registry"),
  row("~/.gradle/gradle.properties", "Gradle logins", "package-registry"),
  row("~/.config/NuGet/NuGet.Config", "NuGet logins", "package-registry"),
  row("~/.composer/auth.json", "Composer tokens", "package-registry"),
  row("~/.config/composer/auth.json", "Composer tokens", "package-registry"),
  // databases
  row("~/.pgpass", "PostgreSQL passwords", "database"),
  row("~/.pg_service.conf", "PostgreSQL passwords", "database"),
  row("~/.my.cnf", "MySQL passwords", "database"),
  row("~/.mylogin.cnf", "MySQL passwords", "database"),
  row("~/.mongorc.js", "MongoDB logins", "database"),
  row("~/.redisclirc", "Redis passwords", "database"),
  // what was typed
  ...[
    ".bash",
    ".zsh",
    ".sh",
    ".ash",
    ".python",
    ".psql",
    ".mysql",
    ".sqlite",
    ".rediscli",
    ".node_repl",
    ".mongo",
    ".irb",
  ].map((name) => row(`~/${name}_history`, "what was typed, keys among it")),
  row("~/.histfile", "what was typed, keys among it"),
  row("~/.local/share/fish/fish_history", "what was typed, keys among it"),
  row("~/.local/share/atuin", "what was typed, keys among it"),
  row("~/.ipython/profile_default/history.sqlite", "what was typed, keys among it"),
  row("~/.config/powershell/PSReadLine", "what was typed, keys among it"),
  // browsers, wallets
  row("~/.mozilla", "a browser's sessions"),
  row("~/.config/google-chrome", "a browser's sessions"),
  row("~/.config/chromium", "a browser's sessions"),
  row("~/.config/BraveSoftware", "a browser's sessions"),
  row("~/.config/Slack", "Slack's session"),
  row("~/.thunderbird", "mail logins"),
  ...[".bitcoin", ".ethereum", ".electrum", ".config/solana", ".litecoin", ".monero", ".config/Exodus"].map(
    (name) => row(`~/${name}`, "a wallet"),
  ),
  // the CI's runners
  row("~/actions-runner/.credentials", "the runner's own login", "service-account"),
  row("~/actions-runner/.credentials_rsaparams", "the runner's own key", "service-account"),
  row("~/.gitlab-runner", "the runner's own token", "service-account"),
  row("~/.buildkite-agent", "the agent's own token", "service-account"),
  row("~/.circleci", "a CircleCI token", "service-account"),
];

/** `%u` is the user's number. */
export const machineRows: readonly Row[] = [
  row(
    "/run/secrets",
    "secrets of the container or pod, its service account's token among them",
    "service-account",
  ),
  row("/var/run/secrets", "the same", "service-account"),
  row("/run/user/%u/bus", "the user's systemd and keyring answer there, and start programs outside"),
  row("/run/user/%u/systemd", "the same, by its private sockets"),
  row("/run/user/%u/keyring", "the desktop's keyring and its ssh agent"),
  row("/run/user/%u/gnupg", "gpg's agent"),
  row("/run/user/%u/ssh-agent.socket", "the ssh agent"),
  row("/run/user/%u/openssh_agent", "the ssh agent"),
  row("/run/user/%u/gcr", "the desktop's ssh agent"),
  row("/run/user/%u/containers/auth.json", "registry logins", "package-registry"),
  row("/run/user/%u/docker.sock", "starts containers with any folder mounted"),
  row("/run/user/%u/podman", "the same"),
  row("/run/user/%u/jupyter", "keys of running kernels"),
  row("/run/docker.sock", "starts containers with any folder mounted"),
  row("/run/podman", "the same"),
  row("/run/containerd", "the same"),
  row("/run/crio/crio.sock", "the same"),
  row("/run/buildkit/buildkitd.sock", "the same"),
  row("/run/containers/0/auth.json", "registry logins", "package-registry"),
  row("/run/systemd/private", "root's systemd starts programs outside"),
  row("/run/dbus/system_bus_socket", "the same, over the bus"),
  row("/run/lxd.socket", "starts containers with any folder mounted"),
  row("/var/snap/lxd/common/lxd/unix.socket", "the same"),
  row("/run/libvirt", "starts machines with any disk"),
  row("/run/munge", "makes credentials of the cluster", "cloud"),
  row("/tmp/krb5cc_%u", "Kerberos tickets"),
  row("/etc/gitlab-runner", "the runner's own token", "service-account"),
  row("/etc/buildkite-agent", "the agent's own token", "service-account"),
  row("/etc/vault.d", "another server's settings"),
  row("/etc/bulkhead", "Bulkhead's own settings and keys"),
  row("/etc/netrc", "logins for hosts"),
  // what only root can read
  row("/etc/shadow", "password hashes"),
  row("/etc/gshadow", "password hashes"),
  row("/etc/krb5.keytab", "the machine's own keys"),
  row("/etc/kubernetes", "the cluster's own keys", "cloud"),
  row("/etc/rancher", "the cluster's own keys", "cloud"),
  row("/var/lib/kubelet", "the node's keys and the pods' tokens", "cloud"),
  row("/etc/ssl/private", "private TLS keys", "signing"),
  row("/etc/pki/tls/private", "private TLS keys", "signing"),
  row("/etc/letsencrypt", "private TLS keys", "signing"),
  row("/etc/wireguard", "private keys"),
  row("/var/lib/cloud", "what the cloud handed to this machine", "cloud"),
];

/** Folders of /tmp and the like whose names are drawn: the part after `prefix` is. */
export const prefixRows: readonly {
  readonly folder: string;
  readonly prefix: string;
  readonly why: string;
}[] = [
  { folder: "/tmp", prefix: "ssh-", why: "an ssh agent's socket" },
  { folder: "/tmp", prefix: "gpg-", why: "a gpg agent's socket" },
  { folder: "/tmp", prefix: "keyring-", why: "the desktop's keyring" },
  { folder: "/etc/ssh", prefix: "ssh_host_", why: "the machine's own keys" },
];

export interface VariableRow {
  readonly name: string;
  readonly why: string;
  readonly kind: Kind | null;
  /** What must stand before the path (`unix://`); the whole value is one when left out. */
  readonly scheme?: RegExp;
  /** The value is a folder, and these names in it are meant; the whole when left out. */
  readonly names?: readonly string[];
  /** Several paths, with colons between them. */
  readonly list?: true;
}

const variable = (
  name: string,
  why: string,
  kind: Kind | null = null,
  more: Omit<VariableRow, "name" | "why" | "kind"> = {},
): VariableRow => ({ name, why, kind, ...more });

/** Variables of the caller that say where a credential lies: hidden there too, wherever it is. */
export const variableRows: readonly VariableRow[] = [
  variable("SSH_AUTH_SOCK", "the ssh agent"),
  variable("GPG_AGENT_INFO", "gpg's agent"),
  variable("GNUPGHOME", "private keys", "signing"),
  variable("DBUS_SESSION_BUS_ADDRESS", "the bus, by which programs start outside", null, {
    scheme: /(?:^|;)unix:path=([^,;]+)/,
  }),
  variable("DOCKER_HOST", "starts containers with any folder mounted", null, { scheme: /^unix:\/\/(.+)/ }),
  variable("CONTAINER_HOST", "the same", null, { scheme: /^unix:\/\/(.+)/ }),
  variable("DOCKER_CONFIG", "registry logins", "package-registry"),
  variable("REGISTRY_AUTH_FILE", "registry logins", "package-registry"),
  variable("KRB5CCNAME", "Kerberos tickets", null, { scheme: /^(?:FILE:|DIR:)?(\/.+)/ }),
  variable("KRB5_KTNAME", "Kerberos keys", null, { scheme: /^(?:FILE:)?(\/.+)/ }),
  variable("GOOGLE_APPLICATION_CREDENTIALS", "Google Cloud credentials", "cloud"),
  variable("CLOUDSDK_CONFIG", "Google Cloud credentials", "cloud"),
  variable("AWS_SHARED_CREDENTIALS_FILE", "AWS keys", "cloud"),
  variable("AWS_CONFIG_FILE", "AWS settings with keys", "cloud"),
  variable("AWS_WEB_IDENTITY_TOKEN_FILE", "a token that becomes an AWS role", "cloud"),
  variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "a token that becomes an AWS role", "cloud"),
  variable("AZURE_CONFIG_DIR", "Azure sessions", "cloud"),
  variable("AZURE_FEDERATED_TOKEN_FILE", "a token that becomes an Azure identity", "cloud"),
  variable("KUBECONFIG", "cluster credentials", "cloud", { list: true }),
  variable("NETRC", "logins for hosts"),
  variable("PGPASSFILE", "PostgreSQL passwords", "database"),
  variable("PGSERVICEFILE", "PostgreSQL passwords", "database"),
  variable("HF_TOKEN_PATH", "a Hugging Face token", "model-registry"),
  variable("HF_HOME", "a Hugging Face token", "model-registry", { names: ["token", "stored_tokens"] }),
  variable("KAGGLE_CONFIG_DIR", "a Kaggle key", "training-data", { names: ["kaggle.json"] }),
  variable("DATABRICKS_CONFIG_FILE", "Databricks tokens", "service-account"),
  variable("MODAL_CONFIG_PATH", "Modal tokens", "cloud"),
  variable("COMET_CONFIG", "a Comet key", "experiment-tracker"),
  variable("WANDB_CONFIG_DIR", "Weights & Biases settings with keys", "experiment-tracker"),
  variable("VAULT_AGENT_ADDR", "an agent that answers as somebody", null, { scheme: /^unix:\/\/(.+)/ }),
  variable("SOPS_AGE_KEY_FILE", "age keys"),
  variable("HISTFILE", "what was typed, keys among it"),
  variable("CARGO_HOME", "a crates.io token", "package-registry", {
    names: ["credentials.toml", "credentials"],
  }),
  variable("NPM_CONFIG_USERCONFIG", "npm tokens", "package-registry"),
  variable("JUPYTER_RUNTIME_DIR", "keys of running kernels, with which code runs outside"),
];

/** Listening sockets that stay reachable at level 3 although they lead out: computing does not work without them. */
export const NEEDED_SOCKETS: readonly RegExp[] = [/^\/(var\/)?run\/nvidia-/, /^\/tmp\/nvidia-mps\//];
