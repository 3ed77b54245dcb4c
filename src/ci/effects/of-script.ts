/** What a step with `run:` does: its commands by the registry, and what it writes for later steps. */
import type { Authority, Command, Derived, Script, Span, Step, Text } from "../model.ts";
import { locate } from "../spans.ts";
import { rowsOf } from "./commands/index.ts";
import { authOf } from "./of-action.ts";
import { hostSystem, isLocal, system } from "./systems.ts";
import type { CommandRow, CommandWords } from "./types.ts";
import type { Variables } from "./variables.ts";

/** Programs that only start another one, with the options that take a value. */
const WRAPPERS: Readonly<Record<string, readonly string[]>> = {
  sudo: ["-u", "-g"],
  env: ["-u"],
  time: [],
  nohup: [],
  exec: [],
  command: [],
  builtin: [],
  npx: ["-p", "--package"],
  pnpx: [],
  bunx: [],
  uvx: ["--from", "--with"],
  pipx: ["--spec"],
  xargs: ["-n", "-I", "-P", "-L", "-d"],
  timeout: ["-s", "-k"],
  nice: ["-n"],
  retry: [],
  corepack: [],
  winpty: [],
};
/** `uv run x`, `poetry run x`, `python -m x`: the words that lead to it. */
const LEADING: readonly (readonly string[])[] = [
  ["uv", "run"],
  ["uv", "tool", "run"],
  ["poetry", "run"],
  ["pdm", "run"],
  ["hatch", "run"],
  ["pipenv", "run"],
  ["pixi", "run"],
  ["bundle", "exec"],
  ["pnpm", "dlx"],
  ["pnpm", "exec"],
  ["yarn", "dlx"],
  ["npm", "exec", "--"],
  ["npm", "exec"],
  ["python", "-m"],
  ["python3", "-m"],
  ["pipx", "run"],
  ["aws-vault", "exec", "--"],
];

export function wordsOf(command: Command): CommandWords | null {
  let words = [...command.words];
  for (let round = 0; round < 8; round++) {
    const name = baseName(words[0] ?? "");
    const lead = LEADING.find((one) => one.every((word, at) => (at === 0 ? name : words[at]) === word));
    if (lead !== undefined && words.length > lead.length) {
      words = words.slice(lead.length);
      while (words[0]?.startsWith("-") === true) words.shift();
      continue;
    }
    const valued = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
    if (valued === undefined || words.length < 2) break;
    words = words.slice(1);
    while (
      words[0] !== undefined &&
      (words[0].startsWith("-") ||
        /^[A-Za-z_]\w*=/.test(words[0]) ||
        (name === "timeout" && /^[\d.]+[smhd]?$/.test(words[0])))
    )
      words.splice(0, valued.includes(words[0]) ? 2 : 1);
  }
  const [first, ...rest] = words;
  if (first === undefined) return null;
  return {
    program: baseName(first),
    rest,
    plain: rest.filter((word) => !word.startsWith("-")),
    option(...names) {
      for (const [at, word] of rest.entries())
        for (const name of names) {
          if (word === name) return rest[at + 1]?.startsWith("-") === false ? (rest[at + 1] ?? "") : "";
          if (word.startsWith(`${name}=`)) return word.slice(name.length + 1);
        }
      return null;
    },
  };
}

const baseName = (word: string): string => {
  const name = word.slice(Math.max(word.lastIndexOf("/"), word.lastIndexOf("\\")) + 1).toLowerCase();
  return name.replace(/\.(?:exe|cmd|bat)$/, "").replace(/@[\w.^~-]+$/, "");
};

/** The words of a row stand in this order; between them only options with their values. */
function matches(row: CommandRow, command: CommandWords): boolean {
  if (row.needs !== undefined && !row.needs.some((name) => command.option(name) !== null)) return false;
  if (row.unless?.some((name) => command.rest.some((word) => word === name || word.startsWith(`${name}=`))))
    return false;
  const [first, ...others] = row.words ?? [];
  if (first === undefined) return true;
  if (row.anywhere === true) return command.plain.some((word) => isWord(first, word));
  return follows(command.rest, 0, [first, ...others]);
}

const isWord = (wanted: string | readonly string[], word: string): boolean =>
  typeof wanted === "string" ? word === wanted : wanted.includes(word);

function follows(
  rest: readonly string[],
  from: number,
  wanted: readonly (string | readonly string[])[],
): boolean {
  const [first, ...others] = wanted;
  if (first === undefined) return true;
  for (let at = from; at < rest.length; at++) {
    const word = rest[at] ?? "";
    if (isWord(first, word)) return follows(rest, at + 1, others);
    const before = at === from ? "" : (rest[at - 1] ?? "");
    // What no option takes as its value is another command.
    if (!word.startsWith("-") && !(before.startsWith("-") && !before.includes("="))) return false;
  }
  return false;
}

export interface ScriptEffects {
  readonly authorities: readonly Authority[];
  readonly derived: readonly Derived[];
  readonly verifies: boolean;
  readonly runsProject: boolean;
  readonly known: boolean;
}

/** Programs that need no authority and run nothing of the project. */
const PLAIN = new Set(
  "echo printf cd mkdir rmdir cp mv rm cat ls export set unset test [ [[ true false exit return sleep date find sort uniq head tail tr cut wc tee touch ln which type uname grep egrep sed awk jq yq tar unzip zip gzip gunzip chmod chown pwd read local declare shift trap wait kill basename dirname realpath readlink diff cmp stat du df id whoami hostname ps lsb_release apt-get apt apk yum dnf brew choco winget wget git sha256sum sha512sum shasum md5sum base64 xxd od openssl envsubst printenv env seq expr let eval test : pushd popd mktemp file xz zstd nproc free gunzip ldconfig update-alternatives systemctl service modprobe sysctl mount install unlink break continue local write-host write-output new-item set-location get-content set-content remove-item copy-item get-childitem invoke-webrequest expand-archive join-path test-path out-file add-content import-module".split(
    " ",
  ),
);
const WRITES = new Map([
  ["env", /^\$?\{?(?:env:)?GITHUB_ENV\}?$/i],
  ["output", /^\$?\{?(?:env:)?GITHUB_OUTPUT\}?$|^\$?\{?(?:env:)?GITHUB_STATE\}?$/i],
  ["path", /^\$?\{?(?:env:)?GITHUB_PATH\}?$/i],
] as const);

export function scriptEffects(
  step: Step,
  script: Script,
  variables: Variables,
  oidc: boolean,
): ScriptEffects {
  const authorities: Authority[] = [];
  const derived: Derived[] = [];
  let verifies = false;
  let runsProject = false;
  let known = script.language === "sh" || script.language === "powershell";
  for (const [at, command] of script.commands.entries()) {
    const span = locate(script.text, command.start, command.end);
    derived.push(...derivedOf(command, script.commands[at - 1] ?? null, span));
    const words = wordsOf(command);
    if (words === null) continue;
    const row = rowsOf(words.program).find((one) => matches(one, words));
    if (row === undefined) {
      if (words.program === "curl")
        authorities.push(...(exchange(words, span, script) ?? curl(words, span, command, variables)));
      else if (isOwnProgram(command.words)) {
        runsProject = true;
        known = false;
      } else if (!PLAIN.has(words.program)) known = false;
      continue;
    }
    verifies ||= row.verifies === true;
    runsProject ||= row.runsProject === true;
    if (row.system === "project") continue;
    const authority = commandAuthority({ row, words, span, step, variables, oidc, command });
    if (!isLocal(authority.system)) authorities.push(authority);
  }
  return { authorities, derived, verifies, runsProject, known };
}

interface Matched {
  readonly row: CommandRow;
  readonly words: CommandWords;
  readonly span: Span;
  readonly step: Step;
  readonly variables: Variables;
  readonly oidc: boolean;
  readonly command: Command;
}

function commandAuthority({ row, words, span, step, variables, oidc, command }: Matched): Authority {
  const carriers: { readonly name: string; readonly text: Text | null }[] = [];
  for (const name of row.variables ?? []) {
    const text = variables.get(name);
    if (text !== undefined && text.expressions.length > 0) carriers.push({ name, text });
    else if (command.assignments.some((one) => one.startsWith(`${name}=`)))
      carriers.push({ name, text: null });
  }
  for (const name of row.options ?? []) {
    const value = words.option(name);
    if (value !== null && value !== "") carriers.push({ name, text: null });
  }
  const texts = carriers.flatMap(({ text }) => (text === null ? [] : [text]));
  const auth =
    carriers.length > texts.length
      ? ("secret" as const)
      : authOf(texts, { oidc: row.oidc === true && oidc, runToken: row.runToken === true });
  return {
    verb: row.verb,
    system: typeof row.system === "string" ? system(row.system) : row.system(words, step),
    by: `command ${[words.program, ...(row.words === undefined ? [] : words.plain.slice(0, row.words.length))].join(" ")}`,
    span,
    auth,
    through: carriers.map(({ name }) => name),
    target: row.target?.(words) ?? null,
    login: row.login === true,
  };
}

/** A file of the checkout, run by itself or by an interpreter. */
function isOwnProgram(words: readonly string[]): boolean {
  const [first = "", second = ""] = words;
  if (/^(?:source|\.|bash|sh|zsh|pwsh|powershell)$/.test(first))
    return !second.startsWith("-c") && second !== "";
  return /^\.{0,2}[\w.-]*\//.test(first) && !/^\/(?:usr|bin|opt|etc)\//.test(first);
}

/** A script that asks the host for its claims and sends them on: whoever takes them, but the host. Null for other requests. */
function exchange(words: CommandWords, span: Span, { text }: Script): Authority[] | null {
  if (!text.value.includes("ACTIONS_ID_TOKEN_REQUEST_URL")) return null;
  const address = words.rest.find((word) => /^https?:\/\//.test(word));
  const target = address === undefined ? null : hostSystem(address);
  const sends =
    words.option("-d", "--data", "--data-raw", "--data-binary", "--json", "--data-urlencode") !== null;
  if (address === undefined || target === null || !sends) return null;
  return [
    {
      verb: "read",
      system: target,
      by: "command curl",
      span,
      auth: "oidc",
      through: [],
      target: null,
      login: true,
    },
  ];
}

/** A request with a header or a user that authenticates. */
function curl(words: CommandWords, span: Span, command: Command, variables: Variables): Authority[] {
  const address = words.rest.find((word) => /^https?:\/\//.test(word)) ?? null;
  const headers = words.rest.filter((_, at) => ["-H", "--header"].includes(words.rest[at - 1] ?? ""));
  const credential =
    headers.some((header) =>
      /^(?:authorization|x-api-key|private-token|job-token|x-vault-token|api-key|[\w-]*token):/i.test(header),
    ) || words.option("-u", "--user", "--oauth2-bearer") !== null;
  // An address that is a credential: a webhook.
  const secret = variables.find(
    (name, text) => readsSecret(text) && command.words.some((word) => mentions(word, name)),
  );
  if (!credential && secret === undefined) return [];
  const sends =
    words.option("-d", "--data", "--data-raw", "--data-binary", "--json", "-F", "--form", "-T") !== null;
  const method = (words.option("-X", "--request") ?? (sends ? "POST" : "GET")).toUpperCase();
  const deploys =
    method !== "GET" &&
    /deploy|rollout|hooks?\b.*render\.com/i.test(`${address ?? ""} ${secret?.name ?? ""}`);
  const token = secret?.value;
  return [
    {
      verb: deploys ? "deploy" : "read",
      system: (address === null ? null : hostSystem(address)) ?? system("http"),
      by: "command curl",
      span,
      auth: token === undefined ? "unknown" : authOf([token], { oidc: false, runToken: false }),
      through: secret === undefined ? [] : [secret.name],
      target: address,
      login: false,
    },
  ];
}

const readsSecret = ({ expressions }: Text): boolean =>
  expressions.some(
    ({ expression: { reads } }) =>
      reads.secrets.some(({ carries }) => carries) ||
      reads.contexts.some(({ path }) => path === "github.token"),
  );

/** `$NAME`, `${NAME…}`, `$env:NAME` in a word. */
export function mentions(word: string, name: string): boolean {
  for (let at = word.indexOf(name); at !== -1; at = word.indexOf(name, at + 1)) {
    const before = word.slice(Math.max(0, at - 6), at);
    if (!/\$(?:\{#?|env:|\{env:)?$/i.test(before)) continue;
    if (!/\w/.test(word.charAt(at + name.length))) return true;
  }
  return false;
}

const PRINTS = new Set(["echo", "printf", "write-host", "write-output"]);

function derivedOf(command: Command, before: Command | null, span: Span): Derived[] {
  const program = (command.words[0] ?? "").toLowerCase();
  const text = command.words.slice(1).join(" ");
  const found: Derived[] = [];
  const tee = program === "tee" && before?.piped === true;
  const targets = tee ? command.words.slice(1).filter((word) => !word.startsWith("-")) : command.writesTo;
  const from = tee ? (before?.words.slice(1).join(" ") ?? "") : text;
  for (const target of targets) {
    const kind = [...WRITES].find(([, pattern]) => pattern.test(target))?.[0];
    if (kind !== undefined) found.push({ kind, span, name: nameIn(from), text: from });
    else if (!/^\/dev\/|^&?\d$/.test(target)) found.push({ kind: "file", span, name: target, text: from });
  }
  if (PRINTS.has(program)) {
    const workflowCommand =
      /::(add-mask|set-output|set-env|save-state|add-path)\b(?:\s+name=([\w-]+))?[^:]*::/.exec(text);
    if (workflowCommand !== null) {
      const kind = COMMANDS[workflowCommand[1] ?? ""] ?? "output";
      found.push({ kind, span, name: workflowCommand[2] ?? null, text });
    } else if (found.length === 0 && !command.piped && command.writesTo.length === 0)
      found.push({ kind: "print", span, name: null, text });
  } else if (!tee && command.words.length > 1 && /\$/.test(text))
    found.push({ kind: "argv", span, name: program, text });
  return found;
}

const COMMANDS: Readonly<Record<string, Derived["kind"]>> = {
  "add-mask": "mask",
  "set-output": "output",
  "set-env": "env",
  "save-state": "output",
  "add-path": "path",
};

const nameIn = (text: string): string | null =>
  /^(?:-\w\s+)?([A-Za-z_][\w-]*)(?:=|<<)/.exec(text)?.[1] ?? null;
