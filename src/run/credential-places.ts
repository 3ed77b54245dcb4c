/**
 * Where credentials lie on a machine: one row a place, with what whoever reads it gets. Add a row to hide another. `~` is the home
 * folder; `~/.config`, `~/.cache` and `~/.local/share` follow XDG's variables. A row for a folder hides all that is or comes into it,
 * so the narrowest folder is named that holds credentials and nothing else a job needs (the token beside a cache, not the cache).
 */
import { type Clean, gitConfig, npmConfig, userinfo } from "./cleaned.ts";

export interface Row {
  readonly path: string;
  readonly why: string;
  /** Not empty and read-only, but empty and the job's own: tools must be able to write there. */
  readonly writable?: true;
  /** The file is useful without what is secret in it: the job sees it cleaned, and as it is when nothing is secret in it. */
  readonly clean?: Clean;
}

const row = (path: string, why: string, more: Omit<Row, "path" | "why"> = {}): Row => ({
  path,
  why,
  ...more,
});

/** In the home of the user, of whoever `$HOME` says, and, for root, of everybody. */
export const homeRows: readonly Row[] = [
  row("~/.vault-token", "the token of other clients of the same API"),
  row("~/.local/share/bulkhead", "another store of Bulkhead's"),
  row("~/.config/bulkhead", "Bulkhead's settings and logins"),
  // clouds
  row("~/.aws", "AWS keys and sign-in sessions"),
  row("~/.boto", "Google and AWS keys"),
  row("~/.s3cfg", "object storage keys"),
  row("~/.passwd-s3fs", "object storage keys"),
  row("~/.mc", "object storage keys"),
  row("~/.config/rclone", "storage logins"),
  row("~/.config/gcloud", "Google Cloud credentials"),
  row("~/.gsutil", "Google storage credentials"),
  row("~/.azure", "Azure sessions"),
  row("~/.oci", "Oracle Cloud keys"),
  row("~/.aliyun", "Alibaba Cloud keys"),
  row("~/.ibmcloud", "IBM Cloud sessions"),
  row("~/.bluemix", "IBM Cloud sessions"),
  row("~/.config/doctl", "DigitalOcean tokens"),
  row("~/.config/hcloud", "Hetzner tokens"),
  row("~/.config/linode-cli", "Linode tokens"),
  row("~/.config/.wrangler", "Cloudflare sessions"),
  row("~/.terraform.d/credentials.tfrc.json", "Terraform Cloud tokens"),
  row("~/.terraformrc", "Terraform registry tokens"),
  row("~/.pulumi/credentials.json", "Pulumi tokens"),
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
  row("~/.gnupg", "private keys, and their agent"),
  row("~/.kube", "cluster credentials"),
  row("~/.docker", "registry logins, and Docker Desktop's socket"),
  row("~/.config/containers", "registry logins"),
  row("~/.config/helm", "registry logins"),
  row("~/.colima", "sockets that start containers"),
  row("~/.rd", "sockets that start containers"),
  row("~/.ansible/vault_pass", "a vault's password"),
  row("~/.vault_pass", "a vault's password"),
  // machine learning
  row("~/.cache/huggingface/token", "a Hugging Face token"),
  row("~/.cache/huggingface/stored_tokens", "Hugging Face tokens"),
  row("~/.huggingface/token", "a Hugging Face token"),
  row("~/.kaggle", "a Kaggle key"),
  row("~/.config/kaggle", "a Kaggle key"),
  row("~/.databrickscfg", "Databricks tokens"),
  row("~/.databricks/token-cache.json", "Databricks sessions"),
  row("~/.mlflow/credentials", "MLflow logins"),
  row("~/.modal.toml", "Modal tokens"),
  row("~/.comet.config", "a Comet key"),
  row("~/.config/wandb", "Weights & Biases settings with keys"),
  row("~/.neptune", "Neptune tokens"),
  row("~/.clearml.conf", "ClearML keys"),
  row("~/clearml.conf", "ClearML keys"),
  row("~/.lightning/credentials.json", "Lightning keys"),
  row("~/.runpod", "RunPod keys"),
  row("~/.lambda_cloud", "Lambda keys"),
  row("~/.ngc", "NVIDIA keys"),
  row("~/.sky/api_server", "SkyPilot logins"),
  row("~/.snowflake", "Snowflake logins"),
  row("~/.snowsql", "Snowflake logins"),
  row("~/.dbt/profiles.yml", "warehouse logins"),
  row("~/.bigqueryrc", "BigQuery settings with keys"),
  row("~/.streamlit/secrets.toml", "a page's secrets"),
  row("~/.local/share/jupyter/runtime", "keys of running kernels, with which code runs outside", {
    writable: true,
  }),
  row("~/.config/openai", "OpenAI keys"),
  row("~/.openai", "OpenAI keys"),
  row("~/.anthropic", "Anthropic keys"),
  row("~/.claude/.credentials.json", "a coding assistant's session"),
  row("~/.codex/auth.json", "a coding assistant's session"),
  row("~/.gemini/oauth_creds.json", "a coding assistant's session"),
  row("~/.config/github-copilot", "a coding assistant's session"),
  row("~/.continue/config.json", "a coding assistant's keys"),
  row("~/.aider.conf.yml", "a coding assistant's keys"),
  // code and packages
  row("~/.netrc", "logins for hosts, Weights & Biases among them"),
  row("~/_netrc", "logins for hosts"),
  row("~/.git-credentials", "git passwords"),
  row("~/.config/git/credentials", "git passwords"),
  row("~/.gitconfig", "credentials in git's settings", { clean: gitConfig }),
  row("~/.config/git/config", "credentials in git's settings", { clean: gitConfig }),
  row("~/.config/gh", "a GitHub token"),
  row("~/.config/hub", "a GitHub token"),
  row("~/.config/glab-cli", "a GitLab token"),
  row("~/.config/tea", "a Gitea token"),
  row("~/.pypirc", "PyPI tokens"),
  row("~/.pip/pip.conf", "logins of package indexes", { clean: userinfo }),
  row("~/.config/pip/pip.conf", "logins of package indexes", { clean: userinfo }),
  row("~/.config/uv/uv.toml", "logins of package indexes", { clean: userinfo }),
  row("~/.local/share/uv/credentials", "logins of package indexes"),
  row("~/.condarc", "logins of package channels", { clean: userinfo }),
  row("~/.config/pypoetry/auth.toml", "PyPI tokens"),
  row("~/.npmrc", "npm tokens", { clean: npmConfig }),
  row("~/.yarnrc.yml", "npm tokens", { clean: npmConfig }),
  row("~/.cargo/credentials.toml", "a crates.io token"),
  row("~/.cargo/credentials", "a crates.io token"),
  row("~/.gem/credentials", "RubyGems keys"),
  row("~/.m2/settings.xml", "Maven logins"),
  row("~/.m2/settings-security.xml", "Maven's master password"),
  row("~/.gradle/gradle.properties", "Gradle logins"),
  row("~/.config/NuGet/NuGet.Config", "NuGet logins"),
  row("~/.composer/auth.json", "Composer tokens"),
  row("~/.config/composer/auth.json", "Composer tokens"),
  // databases
  row("~/.pgpass", "PostgreSQL passwords"),
  row("~/.pg_service.conf", "PostgreSQL passwords"),
  row("~/.my.cnf", "MySQL passwords"),
  row("~/.mylogin.cnf", "MySQL passwords"),
  row("~/.mongorc.js", "MongoDB logins"),
  row("~/.redisclirc", "Redis passwords"),
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
  row("~/actions-runner/.credentials", "the runner's own login"),
  row("~/actions-runner/.credentials_rsaparams", "the runner's own key"),
  row("~/.gitlab-runner", "the runner's own token"),
  row("~/.buildkite-agent", "the agent's own token"),
  row("~/.circleci", "a CircleCI token"),
];

/** `%u` is the user's number. */
export const machineRows: readonly Row[] = [
  row("/run/secrets", "secrets of the container or pod, its service account's token among them"),
  row("/var/run/secrets", "the same"),
  row("/run/user/%u/bus", "the user's systemd and keyring answer there, and start programs outside"),
  row("/run/user/%u/systemd", "the same, by its private sockets"),
  row("/run/user/%u/keyring", "the desktop's keyring and its ssh agent"),
  row("/run/user/%u/gnupg", "gpg's agent"),
  row("/run/user/%u/ssh-agent.socket", "the ssh agent"),
  row("/run/user/%u/openssh_agent", "the ssh agent"),
  row("/run/user/%u/gcr", "the desktop's ssh agent"),
  row("/run/user/%u/containers/auth.json", "registry logins"),
  row("/run/user/%u/docker.sock", "starts containers with any folder mounted"),
  row("/run/user/%u/podman", "the same"),
  row("/run/user/%u/jupyter", "keys of running kernels"),
  row("/run/docker.sock", "starts containers with any folder mounted"),
  row("/run/podman", "the same"),
  row("/run/containerd", "the same"),
  row("/run/crio/crio.sock", "the same"),
  row("/run/buildkit/buildkitd.sock", "the same"),
  row("/run/containers/0/auth.json", "registry logins"),
  row("/run/systemd/private", "root's systemd starts programs outside"),
  row("/run/dbus/system_bus_socket", "the same, over the bus"),
  row("/run/lxd.socket", "starts containers with any folder mounted"),
  row("/var/snap/lxd/common/lxd/unix.socket", "the same"),
  row("/run/libvirt", "starts machines with any disk"),
  row("/run/munge", "makes credentials of the cluster"),
  row("/tmp/krb5cc_%u", "Kerberos tickets"),
  row("/etc/gitlab-runner", "the runner's own token"),
  row("/etc/buildkite-agent", "the agent's own token"),
  row("/etc/vault.d", "another server's settings"),
  row("/etc/bulkhead", "Bulkhead's own settings and keys"),
  row("/etc/netrc", "logins for hosts"),
  // what only root can read
  row("/etc/shadow", "password hashes"),
  row("/etc/gshadow", "password hashes"),
  row("/etc/krb5.keytab", "the machine's own keys"),
  row("/etc/kubernetes", "the cluster's own keys"),
  row("/etc/rancher", "the cluster's own keys"),
  row("/var/lib/kubelet", "the node's keys and the pods' tokens"),
  row("/etc/ssl/private", "private TLS keys"),
  row("/etc/pki/tls/private", "private TLS keys"),
  row("/etc/letsencrypt", "private TLS keys"),
  row("/etc/wireguard", "private keys"),
  row("/var/lib/cloud", "what the cloud handed to this machine"),
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
  /** What must stand before the path (`unix://`); the whole value is one when left out. */
  readonly scheme?: RegExp;
  /** The value is a folder, and these names in it are meant; the whole when left out. */
  readonly names?: readonly string[];
  /** Several paths, with colons between them. */
  readonly list?: true;
}

const variable = (name: string, why: string, more: Omit<VariableRow, "name" | "why"> = {}): VariableRow => ({
  name,
  why,
  ...more,
});

/** Variables of the caller that say where a credential lies: hidden there too, wherever it is. */
export const variableRows: readonly VariableRow[] = [
  variable("SSH_AUTH_SOCK", "the ssh agent"),
  variable("GPG_AGENT_INFO", "gpg's agent"),
  variable("GNUPGHOME", "private keys"),
  variable("DBUS_SESSION_BUS_ADDRESS", "the bus, by which programs start outside", {
    scheme: /(?:^|;)unix:path=([^,;]+)/,
  }),
  variable("DOCKER_HOST", "starts containers with any folder mounted", { scheme: /^unix:\/\/(.+)/ }),
  variable("CONTAINER_HOST", "the same", { scheme: /^unix:\/\/(.+)/ }),
  variable("DOCKER_CONFIG", "registry logins"),
  variable("REGISTRY_AUTH_FILE", "registry logins"),
  variable("KRB5CCNAME", "Kerberos tickets", { scheme: /^(?:FILE:|DIR:)?(\/.+)/ }),
  variable("KRB5_KTNAME", "Kerberos keys", { scheme: /^(?:FILE:)?(\/.+)/ }),
  variable("GOOGLE_APPLICATION_CREDENTIALS", "Google Cloud credentials"),
  variable("CLOUDSDK_CONFIG", "Google Cloud credentials"),
  variable("AWS_SHARED_CREDENTIALS_FILE", "AWS keys"),
  variable("AWS_CONFIG_FILE", "AWS settings with keys"),
  variable("AWS_WEB_IDENTITY_TOKEN_FILE", "a token that becomes an AWS role"),
  variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "a token that becomes an AWS role"),
  variable("AZURE_CONFIG_DIR", "Azure sessions"),
  variable("AZURE_FEDERATED_TOKEN_FILE", "a token that becomes an Azure identity"),
  variable("KUBECONFIG", "cluster credentials", { list: true }),
  variable("NETRC", "logins for hosts"),
  variable("PGPASSFILE", "PostgreSQL passwords"),
  variable("PGSERVICEFILE", "PostgreSQL passwords"),
  variable("HF_TOKEN_PATH", "a Hugging Face token"),
  variable("HF_HOME", "a Hugging Face token", { names: ["token", "stored_tokens"] }),
  variable("KAGGLE_CONFIG_DIR", "a Kaggle key", { names: ["kaggle.json"] }),
  variable("DATABRICKS_CONFIG_FILE", "Databricks tokens"),
  variable("MODAL_CONFIG_PATH", "Modal tokens"),
  variable("COMET_CONFIG", "a Comet key"),
  variable("WANDB_CONFIG_DIR", "Weights & Biases settings with keys"),
  variable("VAULT_AGENT_ADDR", "an agent that answers as somebody", { scheme: /^unix:\/\/(.+)/ }),
  variable("SOPS_AGE_KEY_FILE", "age keys"),
  variable("HISTFILE", "what was typed, keys among it"),
  variable("CARGO_HOME", "a crates.io token", { names: ["credentials.toml", "credentials"] }),
  variable("NPM_CONFIG_USERCONFIG", "npm tokens"),
  variable("JUPYTER_RUNTIME_DIR", "keys of running kernels, with which code runs outside"),
];

/** Listening sockets that stay reachable at level 3 although they lead out: computing does not work without them. */
export const NEEDED_SOCKETS: readonly RegExp[] = [/^\/(var\/)?run\/nvidia-/, /^\/tmp\/nvidia-mps\//];
