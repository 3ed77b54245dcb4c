/**
 * What is scanned: packages from the public registries (source tree, minified code, a history of successive versions) and generated
 * files (notebooks, a log). Made once into the ignored cache; the same every time. Each generated corpus holds planted fake keys, so that
 * a scanner that reads nothing shows.
 */
import { spawnSync } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { fake } from "../../test/support/fake.ts";
import { notebook } from "./notebooks.ts";
import { cache } from "./tools.ts";

const PYTHON_PACKAGES = [
  "transformers==4.56.2",
  "Django==5.2.6",
  "SQLAlchemy==2.0.43",
  "apache-airflow-core==3.1.0",
];
const MINIFIED = [
  "monaco-editor@0.52.2",
  "plotly.js-dist-min@2.35.3",
  "@babel/standalone@7.26.4",
  "mermaid@11.4.1",
  "echarts@5.5.1",
  "swagger-ui-dist@5.18.2",
  "pdfjs-dist@4.9.155",
  "cesium@1.124.0",
];
/** How many of the last versions of each package make the history. */
const HISTORY: Readonly<Record<string, number>> = {
  typescript: 30,
  webpack: 60,
  eslint: 60,
  prettier: 40,
  "react-dom": 40,
};

export interface Corpus {
  readonly path: string;
  /** Keys planted in it; 0 where only what the packages hold is found. */
  readonly planted: number;
}

/** Builds in a folder beside and renames, so that an interrupted build leaves nothing that looks whole. */
async function making(name: string, build: (folder: string) => void | Promise<void>): Promise<string> {
  const folder = join(cache, "corpora", name);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  process.stderr.write(`making ${name}\n`);
  await build(partial);
  renameSync(partial, folder);
  return folder;
}

function run(command: string, args: readonly string[], cwd: string): string {
  const done = spawnSync(command, args, { cwd, stdio: ["ignore", "pipe", "inherit"], maxBuffer: 1 << 28 });
  if (done.status !== 0)
    throw new Error(`${command} ${args.slice(0, 4).join(" ")} ended with ${done.status}`);
  return done.stdout.toString("utf8");
}

const UNPACK = `
import sys, tarfile, zipfile, os
for archive in sys.argv[1:]:
    to = archive + ".d"
    if archive.endswith(".whl"):
        zipfile.ZipFile(archive).extractall(to)
    else:
        tarfile.open(archive).extractall(to, filter="data")
    os.remove(archive)
`;

const packages = (specs: readonly string[], folder: string): string[] =>
  run("npm", ["pack", "--silent", ...specs], folder)
    .trim()
    .split("\n");

export async function tree(): Promise<Corpus> {
  const path = await making("tree", (folder) => {
    run(
      "python3",
      ["-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", ...PYTHON_PACKAGES],
      folder,
    );
    const wheels = run("ls", [], folder).trim().split("\n");
    run("python3", ["-c", UNPACK, ...wheels], folder);
  });
  return { path, planted: 0 };
}

export async function minified(): Promise<Corpus> {
  const path = await making("minified", (folder) => {
    run("python3", ["-c", UNPACK, ...packages(MINIFIED, folder)], folder);
    // maps and sources are another matter
    run(
      "find",
      [".", "-type", "f", "!", "-name", "*.js", "!", "-name", "*.mjs", "!", "-name", "*.cjs", "-delete"],
      folder,
    );
  });
  return { path, planted: 0 };
}

export async function notebooks(mib: number): Promise<Corpus> {
  let planted = 0;
  const count = Math.ceil(mib * 1.6);
  const path = await making(`notebooks-${mib}`, (folder) => {
    for (let n = 0; n < count; n++)
      writeFileSync(join(folder, `analysis-${n}.ipynb`), notebook(n, n % 20 === 0));
  });
  for (let n = 0; n < count; n += 20) planted += 6;
  return { path, planted };
}

export async function log(mib: number): Promise<Corpus> {
  const path = await making(`log-${mib}`, async (folder) => {
    const out = createWriteStream(join(folder, "service.log"));
    const block = logLines();
    for (let n = 0; n < mib; n++) {
      const key = n % 64 === 0 ? `WARN token=${plantedKey(n)}\n` : "";
      if (!out.write(`${block}${key}`)) await once(out, "drain");
    }
    out.end();
    await once(out, "finish");
  });
  return { path: join(path, "service.log"), planted: Math.ceil(mib / 64) };
}

/** A GitHub token carries a checksum; GitLab's does not. */
const plantedKey = (n: number): string => fake("glpat-", 20, "alnum", `log-${n}`);

/** One MiB of a service's log: requests, JSON lines, a traceback now and then, identifiers and hashes. */
function logLines(): string {
  let text = "";
  for (let n = 0; text.length < 1 << 20; n++) {
    const id = fake("", 32, "hex", `request-${n}`);
    const at = new Date(1_700_000_000_000 + n * 137).toISOString();
    text +=
      n % 3 === 0
        ? `{"time":"${at}","level":"info","request_id":"${id}","path":"/v1/models/${n % 97}/predict","status":200,"duration_ms":${n % 431},"user":"user-${n % 1009}"}\n`
        : n % 50 === 1
          ? `${at} ERROR worker-${n % 8} Traceback (most recent call last):\n  File "/app/service/handlers.py", line ${n % 900}, in predict\n    return self.model(batch, key=cache_key)\nKeyError: 'feature_${n % 77}'\n`
          : `${at} INFO worker-${n % 8} [${id.slice(0, 16)}] token bucket refilled for tenant-${n % 211}: ${n % 5000} remaining, checksum sha256:${id}${id}\n`;
  }
  return text;
}

export async function small(): Promise<Corpus> {
  const path = await making("small", (folder) => {
    for (let n = 0; n < 10; n++)
      writeFileSync(
        join(folder, `module_${n}.py`),
        `import os\n\nKEY = os.environ["API_KEY"]\n\n${`def f${n}(x):\n    return x + ${n}\n\n`.repeat(80)}${n === 0 ? `TOKEN = "${fake("glpat-", 20, "alnum", "small")}"\n` : ""}`,
      );
    run("git", ["init", "-q", "-b", "main"], folder);
    const commit = [
      "-c",
      "user.name=Bench",
      "-c",
      "user.email=bench@localhost",
      "commit",
      "-q",
      "--allow-empty",
      "-m",
      "start",
    ];
    run("git", commit, folder);
    run("git", ["add", "."], folder);
  });
  return { path, planted: 1 };
}

export async function history(share: number): Promise<Corpus> {
  const path = await making(`history-${share}`, (folder) => {
    const archives = Object.entries(HISTORY).flatMap(([name, count]) => {
      const all = JSON.parse(run("npm", ["view", name, "versions", "--json"], folder)) as string[];
      const last = all
        .filter((one) => !one.includes("-") && !one.startsWith("7."))
        .slice(-Math.ceil(count * share));
      const made = packages(
        last.map((one) => `${name}@${one}`),
        folder,
      );
      return made.map((file, at) => {
        const to = `${name}@${last[at]}`;
        renameSync(join(folder, file), join(folder, to));
        return to;
      });
    });
    run("git", ["init", "-q", "--bare", "repository.git"], folder);
    const script = join(import.meta.dirname, "history.py");
    run(
      "sh",
      [
        "-c",
        'script=$1; shift; python3 "$script" "$@" | git -C repository.git fast-import --quiet --done',
        "sh",
        script,
        ...archives,
      ],
      folder,
    );
    run("git", ["-C", "repository.git", "repack", "-adfq", "--depth=50", "--window=10"], folder);
    for (const archive of archives) rmSync(join(folder, archive));
  });
  return { path: join(path, "repository.git"), planted: 0 };
}
