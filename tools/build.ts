/**
 * The release bundle in `dist/`: esbuild, one file and one for each kind of thread or probe, each command in it evaluated only when it is
 * used; beside them the providers and their rules as data, and what V8 compiled in a small scan. Nothing is done when no input is newer.
 * Files carry their hash in the name and `dist/bulkhead` is put in place last, by a rename: commands that run meanwhile go on with the
 * files they started from.
 */
import {
  chmodSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { BuildOptions, Plugin } from "esbuild";

const root = resolve(import.meta.dirname, "..");
const dist = process.env.BULKHEAD_DIST ? resolve(process.env.BULKHEAD_DIST) : join(root, "dist");
const stampFile = join(dist, "inputs.json");
const bin = join(root, "src", "cli", "bin");
const packageFile = join(root, "package.json");
/** What runs in threads or processes of its own: `scan-worker` is SCAN_WORKER_FILE in the source. */
const workers = {
  "scan-worker": join(root, "src", "scan", "worker.ts"),
  "litmus-probe": join(root, "src", "run", "litmus", "probe.ts"),
};
/** Chunks of earlier builds stay this long for processes that still run. */
const KEEP_MS = 3_600_000;

interface Stamp {
  /** Path from the root → modification time in ms and size. */
  readonly inputs: Readonly<Record<string, readonly [number, number]>>;
}

const describe = (file: string): readonly [number, number] => {
  const { mtimeMs, size } = statSync(join(root, file));
  return [mtimeMs, size];
};

function upToDate(): boolean {
  try {
    const { inputs } = JSON.parse(readFileSync(stampFile, "utf8")) as Stamp;
    statSync(join(dist, "bulkhead"));
    return Object.entries(inputs).every(([file, [time, size]]) => {
      const [now, length] = describe(file);
      return now === time && length === size;
    });
  } catch {
    return false;
  }
}

/** Written beside and renamed, so that nobody reads half a file. */
function put(file: string, bytes: Uint8Array | string, mode = 0o644): void {
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${file}.${process.pid}.tmp`;
  writeFileSync(beside, bytes);
  chmodSync(beside, mode);
  renameSync(beside, file);
}

/**
 * Node's own modules by `getBuiltinModule`, and of each only what is used: an import or a copied namespace touches every export,
 * and in node:crypto alone that loads what no command uses. One file in CommonJS for the same reason: thirty small chunks cost
 * a short command more to find than one file costs to read, the more so with V8's code cache (see src/cli/bin).
 */
const builtins: Plugin = {
  name: "builtins",
  setup(build) {
    // providers and rules come from files that are made of them
    build.onResolve(
      { filter: /(?:detect[/\\]catalogue|(?:providers|^\.)[/\\]all)\.ts$/ },
      ({ path, resolveDir }) => ({
        path: join(resolveDir, path.replace(/\.ts$/, "-file.ts")),
      }),
    );
    build.onLoad({ filter: /[/\\](src)[/\\].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(
        /^import (?!type\b)(?:(\w+)|\{([^}]*)\}) from "(node:[\w/]+)";$/gm,
        (_, whole: string | undefined, names: string | undefined, module: string) =>
          `const ${whole ?? `{ ${destructured(names ?? "")} }`} = process.getBuiltinModule("${module}");`,
      ),
      loader: "ts",
    }));
    // it tells its errors apart by the names of their classes, which the bundle shortens
    build.onLoad({ filter: /@stricli[/\\]core[/\\].*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(
        /^var (\w+Error) = class extends (\w+) \{$/gm,
        'var $1 = class extends $2 { static name = "$1";',
      ),
      loader: "js",
    }));
    build.onResolve({ filter: /.*/ }, ({ path }) =>
      isBuiltin(path) ? { path, namespace: "builtin" } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
      loader: "js",
    }));
  },
};

/** `a, type B, c as d` → `a, c: d` */
const destructured = (names: string): string =>
  names
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && !name.startsWith("type "))
    .map((name) => name.replace(/ as /, ": "))
    .join(", ");

/** The rules of scans and what the detector would compute of them at every start, see `src/detect/prepared.ts`. */
async function dataFiles(): Promise<Readonly<Record<"CATALOGUE_FILE" | "PROVIDERS_FILE", DataFile>>> {
  const { rulesOf } = await import("../src/detect/from-providers.ts");
  const { pack } = await import("../src/detect/prepared.ts");
  const { providers } = await import("../src/providers/index.ts");
  return {
    CATALOGUE_FILE: dataFile("catalogue", ".bin", pack(providers.flatMap(rulesOf))),
    PROVIDERS_FILE: dataFile("providers", ".json", Buffer.from(JSON.stringify(providers), "utf8")),
  };
}

interface DataFile {
  readonly name: string;
  readonly bytes: Buffer;
}

const dataFile = (name: string, ending: string, bytes: Buffer): DataFile => ({
  name: `${name}-${createHash("sha256").update(bytes).digest("hex").slice(0, 8)}${ending}`,
  bytes,
});
/** What data files are made of, and in no bundle. */
const dataSources = (): string[] =>
  globSync("src/{providers,detect,match}/**/*.ts", { cwd: root }).filter(
    (file) => !file.endsWith(".test.ts"),
  );

async function build(): Promise<void> {
  const { build: bundle } = await import("esbuild");
  const { version } = JSON.parse(readFileSync(packageFile, "utf8")) as { version: string };
  const options = {
    outdir: dist,
    entryNames: "lib/[name]-[hash]",
    outExtension: { ".js": ".cjs" },
    bundle: true,
    format: "cjs" as const,
    platform: "node" as const,
    target: "node24",
    legalComments: "none" as const,
    charset: "ascii" as const, // read as latin1 by src/cli/bin
    minify: true, // half of a start is reading the file and V8's cache of it, in which every name stands
    plugins: [builtins],
    absWorkingDir: root,
    metafile: true as const,
    write: false as const,
    logLevel: "warning" as const,
  } satisfies BuildOptions;
  const data = await dataFiles();
  const define = {
    BULKHEAD_VERSION: JSON.stringify(version),
    ...Object.fromEntries(Object.entries(data).map(([key, { name }]) => [key, JSON.stringify(name)])),
    "import.meta.dirname": "__dirname",
    "import.meta.filename": "__filename",
  };
  // The files of threads and probes first: the program is told their names.
  const threads = await bundle({ ...options, define, entryPoints: workers });
  const names = Object.entries(workers).map(([name, source]): [string, string] => {
    const entry = relative(root, source);
    const file = Object.entries(threads.metafile.outputs).find(([, one]) => one.entryPoint === entry)?.[0];
    if (file === undefined) throw new Error(`the build made no ${name}`);
    return [`${name.replaceAll("-", "_").toUpperCase()}_FILE`, JSON.stringify(basename(file))];
  });
  const result = await bundle({
    ...options,
    define: { ...define, ...Object.fromEntries(names) },
    entryPoints: { main: join(root, "src", "cli", "main.ts") },
  });
  const sources = [
    ...new Set([
      ...dataSources(),
      ...Object.keys(threads.metafile.inputs),
      ...Object.keys(result.metafile.inputs),
    ]),
  ].filter((file) => !file.startsWith("builtin:"));
  const inputs = [...sources, relative(root, bin), "package.json", "tools/build.ts"];
  const stamp: Stamp = { inputs: Object.fromEntries(inputs.map((file) => [file, describe(file)])) };
  const files = [...threads.outputFiles, ...result.outputFiles];
  for (const { name, bytes } of Object.values(data)) put(join(dist, "lib", name), bytes);
  for (const { path, contents } of files) put(path, contents);
  const main = Object.entries(result.metafile.outputs).find(
    ([, { entryPoint }]) => entryPoint === "src/cli/main.ts",
  );
  if (main === undefined) throw new Error("the build made no entry");
  put(join(dist, "package.json"), '{ "type": "commonjs" }\n');
  const entry = readFileSync(bin, "utf8")
    .replaceAll("@@VERSION@@", version)
    .replaceAll("@@MAIN@@", relative(dist, join(root, main[0])));
  const made = codeCache(entry, basename(main[0]));
  if (made !== null) put(join(dist, "lib", made.name), made.bytes);
  put(join(dist, "bulkhead"), entry, 0o755);
  put(stampFile, `${JSON.stringify(stamp)}\n`);
  sweep(
    new Set([
      ...(made === null ? [] : [made.name]),
      ...Object.values(data).map(({ name }) => name),
      ...files.map(({ path }) => basename(path)),
    ]),
  );
}

/**
 * What V8 compiled in a small scan: half of the time of a command that finds no cache of its own. It is bound to this Node; another one
 * does not look at it. Null where the scan did not work: then there is none.
 */
function codeCache(entry: string, main: string): DataFile | null {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-build-"));
  const program = join(dist, `bulkhead.${process.pid}`);
  try {
    put(program, entry, 0o755);
    const [home, tree] = [join(folder, "home"), join(folder, "tree")];
    for (const one of [home, tree]) mkdirSync(one, { mode: 0o700 });
    const text = `import os\n\ntoken = os.environ["API_TOKEN"]\n${"x = 1\n".repeat(2000)}`;
    for (let n = 0; n < 8; n++) writeFileSync(join(tree, `${n}.py`), text);
    const args = ["--disable-sigusr1", program, "scan", "--no-identify", "--format", "jsonl", tree];
    spawnSync(process.execPath, args, { env: { BULKHEAD_HOME: home, HOME: folder }, cwd: folder });
    const bytes = readFileSync(join(home, "cache", `${main}.scan.v8`));
    return { name: `${main}.${process.arch}-${process.version}.v8`, bytes };
  } catch {
    return null;
  } finally {
    rmSync(program, { force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

function sweep(current: ReadonlySet<string>): void {
  const folder = join(dist, "lib");
  for (const file of readdirSync(folder)) {
    if (current.has(file)) continue;
    const path = join(folder, file);
    if (Date.now() - statSync(path).mtimeMs > KEEP_MS) rmSync(path, { force: true });
  }
}

if (!upToDate()) await build();
