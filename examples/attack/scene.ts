/** The temporary folder of one replay: a home with credentials in it, a project, a store, and who answers there. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { type Server as WebServer, createServer } from "node:http";
import { type Server, createServer as createSocketServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fake } from "../../test/support/fake.ts";
import { close, listen } from "../services/http.ts";
import { type Sink, createSink } from "../services/sink.ts";

const here = import.meta.dirname;

/** The variables that the LiteLLM collector asked for. */
export const VARIABLES: readonly (readonly [name: string, prefix: string, length: number])[] = [
  ["OPENAI_API_KEY", "sk-proj-", 64],
  ["ANTHROPIC_API_KEY", "sk-ant-api03-", 80],
  ["HF_TOKEN", "hf_", 34],
  ["REPLICATE_API_TOKEN", "r8_", 37],
  ["TOGETHER_API_KEY", "tgp_v1_", 43],
  ["AZURE_OPENAI_KEY", "", 32],
  ["AWS_ACCESS_KEY_ID", "AKIA", 16],
  ["AWS_SECRET_ACCESS_KEY", "", 40],
  ["GOOGLE_APPLICATION_CREDENTIALS", "/secrets/", 24],
  ["WANDB_API_KEY", "", 40],
  ["COMET_API_KEY", "", 25],
  ["MLFLOW_TRACKING_USERNAME", "svc-", 20],
  ["NEPTUNE_API_TOKEN", "", 60],
];

/** In the home folder; every one holds one planted value. */
const HOME: readonly (readonly [path: string, text: (value: string) => string])[] = [
  [".vault-token", (value) => value],
  [".aws/credentials", (value) => `[default]\naws_secret_access_key = ${value}\n`],
  [".ssh/id_ed25519", (value) => `-----BEGIN TEST KEY-----\n${value}\n`],
  [".kube/config", (value) => `users: [{ name: admin, user: { token: ${value} } }]\n`],
  [".netrc", (value) => `machine api.wandb.ai login user password ${value}\n`],
  [".docker/config.json", (value) => `{"auths":{"registry.example.com":{"auth":"${value}"}}}\n`],
  [".config/gcloud/application_default_credentials.json", (value) => `{"refresh_token":"${value}"}\n`],
  [".azure/msal_token_cache.json", (value) => `{"secret":"${value}"}\n`],
  [".pypirc", (value) => `[pypi]\npassword = ${value}\n`],
  [".npmrc", (value) => `//registry.example.com/:_authToken=${value}`],
  [".git-credentials", (value) => `https://git:${value}@git.example.com\n`],
  [".config/gh/hosts.yml", (value) => `github.com: { oauth_token: ${value} }\n`],
  [".kaggle/kaggle.json", (value) => `{"username":"user","key":"${value}"}\n`],
  [".databrickscfg", (value) => `[DEFAULT]\ntoken = ${value}\n`],
  [".modal.toml", (value) => `[default]\ntoken_secret = "${value}"\n`],
  [".comet.config", (value) => `[comet]\napi_key = ${value}\n`],
  [".config/wandb/settings", (value) => `[default]\napi_key = ${value}\n`],
  [".cache/huggingface/token", (value) => value],
  [".bash_history", (value) => `export KEY=${value}\n`],
  [".zsh_history", (value) => `: 1:0;export KEY=${value}\n`],
  [".python_history", (value) => `key = "${value}"\n`],
  [".gnupg/private-keys-v1.d/one.key", (value) => `(private-key ${value})\n`],
  [".pgpass", (value) => `db:5432:*:app:${value}\n`],
  [".bitcoin/wallet.dat", (value) => value],
];

/** Settings and caches that hold nothing secret: a job must still find them. */
const HARMLESS: Readonly<Record<string, string>> = {
  ".config/pip/pip.conf": "[global]\nindex-url = https://packages.example.com/simple\n",
  ".gitconfig": "[user]\n\tname = Fraud Team\n",
  ".config/matplotlib/matplotlibrc": "backend: agg\n",
  ".cache/huggingface/hub/model.bin": "weights",
};

export interface AttackScene {
  readonly root: string;
  readonly project: string;
  readonly home: string;
  readonly store: string;
  readonly sink: Sink;
  readonly variables: ReadonlyMap<string, string>;
  readonly homeSecrets: ReadonlyMap<string, string>;
  /** One value a place. */
  readonly planted: Readonly<
    Record<"dotenv" | "parent" | "memory" | "agent" | "docker" | "metadata", string>
  >;
  /** Where the runner's debugger would open: a port of its own, so that nobody else's is asked. */
  readonly debuggerPort: number;
  /** What the runner's processes start with; nothing of the caller's own but PATH. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface AttackOptions {
  /** `http://169.254.169.254/…` where that address is this namespace's own; played on loopback when left out. */
  readonly metadata?: string;
}

export async function openAttack({ metadata }: AttackOptions = {}): Promise<AttackScene> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "bulkhead-attack-")));
  const [project, home, store] = [join(root, "project"), join(root, "home"), join(root, "store")];
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { mode: 0o600 });
  };
  const planted = {
    dotenv: fake("", 30),
    parent: fake("", 30),
    memory: fake("ghs_", 36),
    agent: fake("", 30),
    docker: fake("", 30),
    metadata: fake("", 30),
  };
  const variables = new Map(VARIABLES.map(([name, prefix, length]) => [name, fake(prefix, length)]));
  const homeSecrets = new Map<string, string>();
  for (const [path, text] of HOME) {
    const value = fake("", 36);
    homeSecrets.set(`~/${path}`, value);
    put(join(home, path), text(value));
  }
  for (const [path, text] of Object.entries(HARMLESS)) put(join(home, path), text);
  cpSync(join(here, "job"), project, { recursive: true });
  for (const folder of [project, join(root, "tmp"), join(root, "run")])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  put(join(project, ".env"), [...variables].map(([name, value]) => `${name}=${value}\n`).join(""));
  put(join(project, ".env.production"), `DATABASE_PASSWORD=${planted.dotenv}\n`);
  const agent = join(root, "tmp", "ssh-replay", "agent.1");
  const docker = join(root, "run", "docker.sock");
  mkdirSync(dirname(agent), { mode: 0o700 });
  const sink = createSink();
  const [web, cloud, sockets] = await Promise.all([
    listen((request) => sink.handle(request)),
    metadata === undefined
      ? listen(() => ({ status: 200, body: planted.metadata }))
      : listenAt(metadata, planted.metadata),
    Promise.all([
      answering(agent, agentAnswer(planted.agent)),
      answering(docker, dockerAnswer(planted.docker)),
    ]),
  ]);
  const url = metadata ?? `http://127.0.0.1:${cloud.port}/latest/meta-data/iam/security-credentials/role`;
  const debuggerPort = await freePort();
  install(home, {
    within: root,
    sink: `http://127.0.0.1:${web.port}/collect`,
    metadata: url,
    debugger: debuggerPort,
  });
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: home,
    LANG: "C.UTF-8",
    TMPDIR: join(root, "tmp"),
    PYTHONDONTWRITEBYTECODE: "1",
    BULKHEAD_HOME: store,
    SSH_AUTH_SOCK: agent,
    DOCKER_HOST: `unix://${docker}`,
    CI_DEPLOY_TOKEN: planted.parent,
  };
  const closing = async (): Promise<void> => {
    await Promise.all([close(web.server), close(cloud.server), ...sockets.map(end)]);
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  };
  return {
    root,
    project,
    home,
    store,
    sink,
    variables,
    homeSecrets,
    planted,
    debuggerPort,
    env,
    close: closing,
  };
}

/** The interpreter that runs start-up hooks of a home's own packages; a virtual environment's would not. */
export const PYTHON = (): string =>
  execFileSync("python3", ["-c", "import sys; print(getattr(sys, '_base_executable', sys.executable))"], {
    encoding: "utf8",
  }).trim();

/** What `pip install --user` would leave behind. */
function install(home: string, plan: object): void {
  const site = execFileSync(PYTHON(), ["-c", "import site; print(site.getusersitepackages())"], {
    encoding: "utf8",
    env: { PATH: process.env.PATH ?? "", HOME: home },
  }).trim();
  cpSync(join(here, "collector"), site, { recursive: true });
  writeFileSync(join(site, "pth_collector.json"), JSON.stringify(plan));
}

async function listenAt(address: string, body: string): Promise<{ server: WebServer; port: number }> {
  const { hostname, port } = new URL(address);
  const server = createServer((_, response) => response.end(body));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(Number(port || 80), hostname, resolve);
  });
  return { server, port: Number(port || 80) };
}

async function freePort(): Promise<number> {
  const { server, port } = await listen(() => ({ status: 404, body: "" }));
  await close(server);
  return port;
}

/** Answers every connection's first bytes with `reply`, and ends it. */
async function answering(path: string, reply: Buffer): Promise<Server> {
  const server = createSocketServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", () => socket.end(reply));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  chmodSync(path, 0o600);
  return server;
}

/** SSH_AGENT_IDENTITIES_ANSWER with one key, whose comment is `text`. */
function agentAnswer(text: string): Buffer {
  const sized = (bytes: Buffer): Buffer => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(bytes.length);
    return Buffer.concat([head, bytes]);
  };
  const body = [Buffer.from([12, 0, 0, 0, 1]), sized(Buffer.from("key")), sized(Buffer.from(text))];
  return sized(Buffer.concat(body));
}

const dockerAnswer = (text: string): Buffer =>
  Buffer.from(`HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n[{"Id":"${text}"}]`);

const end = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** The key that opens the store; empty before there is one. */
export const sealKey = ({ store }: AttackScene): string =>
  readFileSync(join(store, "seal.key"), "utf8").trim();
