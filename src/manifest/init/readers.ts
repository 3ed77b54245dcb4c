/** What each sort of file tells: variables it names, packages it asks for, commands it runs. One row a sort. */
import type { SourceFile } from "./walk.ts";

export interface FileFacts {
  /** Variables that code reads from the environment, or that a file hands to a job. */
  readonly variables: readonly string[];
  /** Modules it imports or packages it asks for. */
  readonly packages: readonly string[];
  /** Relative and dotted module names, as a Python or JavaScript file imports them. */
  readonly imports: readonly string[];
  /** Commands with the stage name that their file gives them; null when it gives none. */
  readonly commands: readonly { readonly name: string | null; readonly command: string }[];
}

interface Reader {
  readonly sort:
    | "python"
    | "javascript"
    | "shell"
    | "notebook"
    | "workflow"
    | "packages"
    | "docker"
    | "commands";
  readonly matches: RegExp;
  readonly read: (text: string, path: string) => Partial<FileFacts>;
}

const NAME = "[A-Z][A-Z0-9_]{1,127}";
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].flatMap((match) => match.slice(1).filter((group) => group !== undefined));
const unique = (names: readonly string[]): string[] => [...new Set(names)];

const PYTHON_READS = new RegExp(
  `(?:environ(?:\\.get|\\.pop|\\.setdefault)?\\s*[[(]\\s*|\\bgetenv\\(\\s*|\\b(?:env|config)(?:\\.str)?\\(\\s*)[rbf]?["'](${NAME})["']|["'](${NAME})["']\\s+(?:not\\s+)?in\\s+os\\.environ`,
  "g",
);

function python(text: string): Partial<FileFacts> {
  const code = text.replace(/^\s*#.*$/gm, "");
  const imports = [
    ...all(code, /^\s*import[ \t]+([\w., \t]+)/gm).flatMap((line) => line.split(",").map(firstWord)),
    ...[...code.matchAll(/^\s*from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+\(?([\w, \t]+)/gm)].flatMap(
      ([, from = "", names = ""]) => [
        from,
        ...names.split(",").map((name) => `${from}${from.endsWith(".") ? "" : "."}${firstWord(name)}`),
      ],
    ),
  ];
  return { variables: all(code, PYTHON_READS), imports, packages: imports };
}

const firstWord = (text: string): string => text.trim().split(/\s/)[0] ?? "";

function javascript(text: string): Partial<FileFacts> {
  const imports = all(text, /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\(\s*)["']([^"'\n]{1,200})["']/g);
  return {
    variables: [
      ...all(
        text,
        new RegExp(`\\b(?:process|import\\.meta)\\.env(?:\\.(${NAME})|\\[\\s*["'\`](${NAME})["'\`])`, "g"),
      ),
      ...all(text, /\{([^{}]{1,500})\}\s*=\s*process\.env\b/g).flatMap((names) =>
        all(names, new RegExp(`(?:^|,)\\s*(${NAME})`, "g")),
      ),
    ],
    imports,
    packages: imports.map((name) =>
      name
        .split("/")
        .slice(0, name.startsWith("@") ? 2 : 1)
        .join("/"),
    ),
  };
}

function notebook(text: string): Partial<FileFacts> {
  try {
    const { cells } = JSON.parse(text) as { cells?: { cell_type?: string; source?: string | string[] }[] };
    const code = (Array.isArray(cells) ? cells : [])
      .filter((cell) => cell.cell_type === "code")
      .map(({ source }) => (Array.isArray(source) ? source.join("") : (source ?? "")))
      .join("\n");
    const { variables = [], packages = [] } = python(code);
    return { variables: [...variables, ...all(code, new RegExp(`^\\s*%env\\s+(${NAME})`, "gm"))], packages };
  } catch {
    return {};
  }
}

/** `requirements.txt`, `environment.yml`, `pyproject.toml`, `package.json`: the names that stand where packages do. */
function packageNames(text: string, path: string): Partial<FileFacts> {
  if (path.endsWith("package.json")) {
    try {
      const parsed = JSON.parse(text) as Record<string, Record<string, string> | undefined>;
      const scripts = Object.entries(parsed.scripts ?? {}).filter(
        ([name]) => !/^(pre|post)?(test|lint|build|install|prepare)/.test(name),
      );
      return {
        packages: Object.keys({ ...parsed.dependencies, ...parsed.devDependencies }),
        commands: scripts.map(([name, command]) => ({ name, command: String(command) })),
      };
    } catch {
      return {};
    }
  }
  if (path.endsWith(".toml"))
    return {
      packages: all(
        text,
        /["']([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?:[<>=~!;][^"']*)?["']|^([A-Za-z0-9][\w.-]*)\s*=/gm,
      ),
    };
  return { packages: all(text, /^\s*-?\s*([A-Za-z0-9][\w.-]*)/gm) };
}

function commands(text: string, path: string): Partial<FileFacts> {
  const base = path.slice(path.lastIndexOf("/") + 1);
  if (base === "Procfile")
    return {
      commands: [...text.matchAll(/^([\w-]+):[ \t]*(.+)$/gm)].map(([, name = "", command = ""]) => ({
        name,
        command,
      })),
    };
  if (base === "dvc.yaml")
    return {
      commands: [...text.matchAll(/^ {2}([\w-]+):[ \t]*\n(?: {4}.*\n)*? {4}cmd:[ \t]*(.+)$/gm)].map(
        ([, name = "", command = ""]) => ({
          name,
          command,
        }),
      ),
    };
  // Makefile: a target and the first line of its recipe that runs a script
  return {
    commands: [...text.matchAll(/^([\w-]+):[^=\n]*\n((?:\t.*\n?)+)/gm)].flatMap(
      ([, name = "", recipe = ""]) => {
        const command = recipe.split("\n").find((line) => scriptOf(line) !== null);
        return command === undefined ? [] : [{ name, command: command.trim().replace(/^[@-]+/, "") }];
      },
    ),
  };
}

const readers: readonly Reader[] = [
  { sort: "python", matches: /\.py$/, read: python },
  { sort: "javascript", matches: /\.(?:[cm]?js|ts|mts)$/, read: javascript },
  {
    sort: "shell",
    matches: /\.(?:sh|bash)$/,
    read: (text) => ({ variables: all(text, new RegExp(`\\$\\{?(${NAME})\\b`, "g")) }),
  },
  { sort: "notebook", matches: /\.ipynb$/, read: notebook },
  {
    sort: "workflow",
    matches: /^\.github\/workflows\/[^/]+\.ya?ml$/,
    read: (text) => ({
      variables: all(text, new RegExp(`\\bsecrets\\.(${NAME})\\b`, "g")).filter(
        (name) => name !== "GITHUB_TOKEN",
      ),
      commands: all(text, /^\s*(?:-\s+)?run:[ \t]*([^|>\s].*)$/gm).map((command) => ({
        name: null,
        command,
      })),
    }),
  },
  {
    sort: "packages",
    matches: /(?:^|\/)(?:requirements[\w.-]*\.(?:txt|in)|pyproject\.toml|environment\.ya?ml|package\.json)$/,
    read: packageNames,
  },
  {
    sort: "docker",
    matches: /(?:^|\/)(?:[\w-]+\.)?Dockerfile(?:\.[\w-]+)?$/,
    read: (text) => ({ variables: all(text, new RegExp(`^\\s*(?:ENV|ARG)\\s+(${NAME})\\b`, "gm")) }),
  },
  { sort: "commands", matches: /^(?:Makefile|Procfile|dvc\.yaml)$/, read: commands },
];

export type FileSort = Reader["sort"];
export const isKnown = (path: string): boolean => readers.some(({ matches }) => matches.test(path));

/** null for files that no row knows. */
export function readFacts({ path, text }: SourceFile): (FileFacts & { readonly sort: FileSort }) | null {
  const reader = readers.find(({ matches }) => matches.test(path));
  if (reader === undefined) return null;
  const { variables = [], packages = [], imports = [], commands: lines = [] } = reader.read(text, path);
  return {
    sort: reader.sort,
    variables: unique(variables),
    packages: unique(packages),
    imports: unique(imports),
    commands: lines,
  };
}

/** The script that a command line runs, relative to the repository; null when it runs none that could be here. */
export function scriptOf(command: string): string | null {
  const file =
    /(?:^|[\s;&|@])(?:python[\d.]*|node|bash|sh|deno run|bun|tsx)\s+(?:-[uBO]\s+)*(?:\.\/)?([\w][\w./-]*\.(?:py|[cm]?js|ts|mts|sh))\b/.exec(
      command,
    )?.[1];
  if (file !== undefined) return file;
  const module = /(?:^|[\s;&|@])python[\d.]*\s+-m\s+([\w.]+)/.exec(command)?.[1];
  return module === undefined ? null : `${module.replaceAll(".", "/")}.py`;
}
