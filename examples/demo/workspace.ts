/**
 * A working copy of the example in a temporary folder: `env.sample` becomes `.env` with keys made on the spot, the notebook shows
 * the very key it leaks, a home folder holds the files that homes hold, and the project is a git repository with one commit.
 * Nothing is written outside that folder.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expandMarks, fake } from "../../test/support/fake.ts";
import type { VendorName } from "../services/index.ts";

export const STAGES = ["ingest", "train", "evaluate", "serve"] as const;
export type Stage = (typeof STAGES)[number];

/** Which of the keys in `.env` each stage uses. */
export const STAGE_KEYS: Readonly<Record<Stage, readonly string[]>> = {
  ingest: ["FEATURES_TOKEN"],
  train: ["HF_TOKEN", "WANDB_API_KEY"],
  evaluate: ["HF_TOKEN", "WANDB_API_KEY"],
  serve: ["OPENAI_API_KEY"],
};

export interface Workspace {
  /** The temporary folder, symbolic links resolved; everything below belongs to the demonstration. */
  readonly root: string;
  /** The project: a git repository. */
  readonly project: string;
  /** HOME for everything that is started. */
  readonly home: string;
  /** BULKHEAD_HOME for everything that is started; not created here. The poisoned dependency looks here too. */
  readonly store: string;
  /** The 17 credentials of `.env`, and the planted one: variable to value. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Credentials in files of the home folder: file to value. */
  readonly homeSecrets: ReadonlyMap<string, string>;
  /** Writes the vendors' addresses into `.env` and the sink's into `sink.json`. */
  connect(services: { urls: Readonly<Record<VendorName, string>>; sinkUrl: string }): void;
}

const SOURCE = join(import.meta.dirname, "..", "fraud-detector");
const SKIP = new Set(["__pycache__", "artifacts", ".env", "sink.json", "bulkhead.full.yaml"]);
const NOWHERE = "http://127.0.0.1:9"; // the discard port: a stage run without services fails at once
const VENDORS: readonly VendorName[] = ["openai", "huggingface", "wandb", "features"];

/** Expands `env.sample`; a variable whose line holds a mark is a credential, with the whole right side as its value. */
function expandEnv(text: string, names: Map<string, string>): { text: string; secrets: Map<string, string> } {
  const secrets = new Map<string, string>();
  const lines = text.split("\n").map((line) => {
    const expanded = expandMarks(line, names);
    const equals = expanded.indexOf("=");
    if (expanded !== line) secrets.set(expanded.slice(0, equals), expanded.slice(equals + 1));
    return expanded;
  });
  return { text: lines.join("\n"), secrets };
}

function plantHome(home: string): Map<string, string> {
  const secrets = new Map<string, string>();
  const plant = (path: string, value: string, text: (value: string) => string): void => {
    mkdirSync(join(home, path, ".."), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, path), text(value), { mode: 0o600 });
    secrets.set(`~/${path}`, value);
  };
  plant(".aws/credentials", fake("", 40, "base64"), (value) => {
    return `[default]\naws_access_key_id = ${fake("AKIA", 16, "upper")}\naws_secret_access_key = ${value}\n`;
  });
  plant(".netrc", fake("", 32), (value) => `machine git.example.com login fraud password ${value}\n`);
  plant(".vault-token", fake("hvs.", 90), (value) => value);
  plant(".cache/huggingface/token", fake("hf_", 34), (value) => value);
  return secrets;
}

/** Runs git in the project without the user's own settings and hooks. */
export function git(workspace: Pick<Workspace, "project" | "home">, ...args: string[]): string {
  const identity = ["-c", "user.name=Fraud Team", "-c", "user.email=fraud@example.com"];
  const options = [...identity, "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...options, ...args], {
    cwd: workspace.project,
    encoding: "utf8",
    env: {
      PATH: process.env.PATH ?? "",
      HOME: workspace.home,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_SYSTEM: "/dev/null",
      GIT_AUTHOR_DATE: "2026-11-02T09:00:00Z",
      GIT_COMMITTER_DATE: "2026-11-02T09:00:00Z",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Where one more key can be put, as a control: into the project's `.env`, or into one above it, which nobody declares. */
export const PLANTS = ["env", "above"] as const;
export type Plant = (typeof PLANTS)[number];

/**
 * Fills `tempFolder`, an empty folder whose name starts with `bulkhead-` (the poisoned dependency refuses to run elsewhere).
 * Until `connect` is called the vendors' addresses lead nowhere and the dependency does nothing.
 */
export function prepareWorkspace(tempFolder: string, plant?: Plant): Workspace {
  const root = realpathSync(tempFolder);
  if (!basename(root).startsWith("bulkhead-"))
    throw new Error(`the folder's name must start with bulkhead-: ${root}`);
  const project = join(root, "fraud-detector");
  const home = join(root, "home");
  const store = join(root, "store");
  mkdirSync(home, { mode: 0o700 });
  cpSync(SOURCE, project, { recursive: true, filter: (path) => !SKIP.has(basename(path)) });

  const names = new Map<string, string>();
  const sample = readFileSync(join(project, "env.sample"), "utf8");
  const template = expandEnv(plant === "env" ? `${sample}GROQ_API_KEY=@@fake:gsk_:52@@\n` : sample, names);
  if (plant === "above") {
    const above = expandEnv("GROQ_API_KEY=@@fake:gsk_:52@@\n", names);
    writeFileSync(join(root, ".env"), above.text, { mode: 0o600 });
    for (const [name, value] of above.secrets) template.secrets.set(name, value);
  }
  renameSync(join(project, "env.sample"), join(project, ".env"));
  const notebook = join(project, "explore.ipynb");
  writeFileSync(notebook, expandMarks(readFileSync(notebook, "utf8"), names));
  const writeEnv = (urls: Partial<Record<VendorName, string>>): void => {
    const text = VENDORS.reduce(
      (sum, vendor) => sum.replace(`@@url:${vendor}@@`, urls[vendor] ?? NOWHERE),
      template.text,
    );
    writeFileSync(join(project, ".env"), text);
  };
  writeEnv({});
  const workspace: Workspace = {
    root,
    project,
    home,
    store,
    secrets: template.secrets,
    homeSecrets: plantHome(home),
    connect: ({ urls, sinkUrl }) => {
      writeEnv(urls);
      const plan = { demonstration: "bulkhead", sink: sinkUrl, within: root, also: [store] };
      writeFileSync(join(project, "sink.json"), `${JSON.stringify(plan, null, 2)}\n`);
    },
  };
  git(workspace, "init", "--quiet");
  writeFileSync(join(project, ".git", "info", "exclude"), "sink.json\n");
  git(workspace, "add", "--all");
  git(workspace, "commit", "--quiet", "--no-verify", "-m", "Fraud detector: first version");
  return workspace;
}
