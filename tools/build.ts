/**
 * The release bundle in `dist/`: esbuild, one file and one for the threads of a scan, each command in it evaluated only when it is used. Nothing is done when no input
 * is newer. The file carries its hash in the name and `dist/bulkhead` is put in place last, by a rename: commands that run
 * meanwhile go on with the files they started from.
 */
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { isBuiltin } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { Plugin } from "esbuild";

const root = resolve(import.meta.dirname, "..");
const dist = process.env.BULKHEAD_DIST ? resolve(process.env.BULKHEAD_DIST) : join(root, "dist");
const stampFile = join(dist, "inputs.json");
const bin = join(root, "src", "cli", "bin");
const packageFile = join(root, "package.json");
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

const entries = { main: "src/cli/main.ts", "scan-worker": "src/scan/worker.ts" };

/** `define`: names → values that stand in the code as constants. */
async function bundleOf(entry: keyof typeof entries, define: Readonly<Record<string, string>>) {
  const { build: bundle } = await import("esbuild");
  const result = await bundle({
    entryPoints: { [entry]: join(root, entries[entry]) },
    outdir: dist,
    entryNames: "lib/[name]-[hash]",
    outExtension: { ".js": ".cjs" },
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node24",
    legalComments: "none",
    charset: "ascii", // read as latin1 by src/cli/bin
    minify: true, // half of a start is reading the file and V8's cache of it, in which every name stands
    define: {
      ...Object.fromEntries(Object.entries(define).map(([name, value]) => [name, JSON.stringify(value)])),
      "import.meta.dirname": "__dirname",
      "import.meta.filename": "__filename",
    },
    plugins: [builtins],
    absWorkingDir: root,
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  const made = Object.entries(result.metafile.outputs).find(
    ([, { entryPoint }]) => entryPoint === entries[entry],
  );
  if (made === undefined) throw new Error("the build made no entry");
  for (const { path, contents } of result.outputFiles) put(path, contents);
  return { file: join(root, made[0]), inputs: Object.keys(result.metafile.inputs) };
}

async function build(): Promise<void> {
  const { version } = JSON.parse(readFileSync(packageFile, "utf8")) as { version: string };
  const define = { BULKHEAD_VERSION: version };
  // First, because the main file holds its name.
  const worker = await bundleOf("scan-worker", define);
  const main = await bundleOf("main", { ...define, SCAN_WORKER_FILE: basename(worker.file) });
  const sources = [...main.inputs, ...worker.inputs].filter((file) => !file.startsWith("builtin:"));
  const inputs = new Set([...sources, relative(root, bin), "package.json", "tools/build.ts"]);
  const stamp: Stamp = { inputs: Object.fromEntries([...inputs].map((file) => [file, describe(file)])) };
  put(join(dist, "package.json"), '{ "type": "commonjs" }\n');
  const entry = readFileSync(bin, "utf8")
    .replaceAll("@@VERSION@@", version)
    .replaceAll("@@MAIN@@", relative(dist, main.file));
  put(join(dist, "bulkhead"), entry, 0o755);
  put(stampFile, `${JSON.stringify(stamp)}\n`);
  sweep(new Set([basename(main.file), basename(worker.file)]));
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
