/**
 * Who answers for a job: a comment in its file (`# bulkhead: owner TEAM`, above the job or at the head of the file), the owner that
 * bulkhead.yaml gives the secret, CODEOWNERS of the file, the owner of the project; the first that says something.
 */
import { type Manifest, FILE_NAMES, parseManifest } from "../../manifest/index.ts";
import { openFolder } from "../folder.ts";
import type { Job, SourceFile } from "../model.ts";
import type { Owner } from "./types.ts";

/** Where GitHub and GitLab look, in their order. */
const CODEOWNERS = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];
const COMMENT = /^\s*#\s*bulkhead:\s*owner\s+(\S.*)$/;
const PASSED = /^\s*(?:#|$)/;

export interface Owners {
  /** `names`: of the credential and of the variable that carries it; `system`: the provider it opens. */
  of(job: Job, names: readonly string[], system: string | null): Owner | null;
  readonly manifest: Manifest | null;
}

/** `root`: the repository's folder. What is not there or cannot be read says nothing. */
export function ownersOf(root: string): Owners {
  const { open } = openFolder(root, () => {});
  const file = CODEOWNERS.map((path) => open(path)).find((one) => one !== null) ?? null;
  const rules = file === null ? [] : codeOwners(file);
  const declaration = FILE_NAMES.map((name) => open(name)).find((one) => one !== null) ?? null;
  const manifest = declaration === null ? null : parseManifest(declaration.text, declaration.path).manifest;
  return {
    manifest,
    of: (job, names, system) =>
      annotated(job) ??
      ofSecret(manifest, names, system) ??
      matching(rules, job.workflow.file.path) ??
      (manifest?.owner === undefined ? null : { name: manifest.owner, from: manifest.file }),
  };
}

/** Above the job's key, nothing but comments and empty lines between; else before the file's first key. */
function annotated({ workflow, idSpan }: Job): Owner | null {
  const { text } = workflow.file;
  if (!text.includes("bulkhead:")) return null;
  return above(text, idSpan.start) ?? atHead(text);
}

function above(text: string, offset: number): Owner | null {
  for (let end = text.lastIndexOf("\n", offset - 1); end > 0; ) {
    const start = text.lastIndexOf("\n", end - 1) + 1;
    const line = text.slice(start, end);
    if (!PASSED.test(line)) return null;
    const name = COMMENT.exec(line)?.[1]?.trim();
    if (name !== undefined) return { name, from: "annotation" };
    end = start - 1;
  }
  return null;
}

function atHead(text: string): Owner | null {
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end);
    if (!PASSED.test(line)) return null;
    const name = COMMENT.exec(line)?.[1]?.trim();
    if (name !== undefined) return { name, from: "annotation" };
    start = end + 1;
  }
  return null;
}

function ofSecret(manifest: Manifest | null, names: readonly string[], system: string | null): Owner | null {
  if (manifest === null) return null;
  const used = manifest.stages.flatMap(({ use, broker }) => [...use, ...broker]);
  const bySecret = used.find(({ variable }) => names.includes(variable))?.secret;
  const secret =
    manifest.secrets.find(({ name }) => name === bySecret) ??
    (names.length === 0 ? undefined : manifest.secrets.find(({ provider }) => provider === system));
  return secret?.owner === undefined || system === null
    ? null
    : { name: secret.owner, from: `${manifest.file}:${secret.at.line}` };
}

interface Rule {
  readonly pattern: RegExp;
  readonly owner: Owner | null;
}

/** https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners: the last match counts, and may name nobody. */
function codeOwners({ text, path }: SourceFile): Rule[] {
  let fallback: string[] = [];
  return text.split("\n").flatMap((raw, index): Rule[] => {
    const line = raw.replace(/(?:^|\s)#.*$/, "").trim();
    // GitLab's sections: names behind the bracket own what names nobody below it.
    const section = /^\^?\[[^\]]*\](?:\[\d+\])?\s*(.*)$/.exec(line);
    if (section !== null) {
      fallback = (section[1] ?? "").split(/\s+/).filter((word) => word !== "");
      return [];
    }
    const [pattern, ...own] = line.match(/(?:\\ |\S)+/g) ?? [];
    if (pattern === undefined) return [];
    const names = own.length > 0 ? own : fallback;
    return [
      {
        pattern: asExpression(pattern.replaceAll("\\ ", " ")),
        owner: names.length === 0 ? null : { name: names.join(" "), from: `${path}:${index + 1}` },
      },
    ];
  });
}

/** More of them take longer to try than anybody means them to. */
const MOST_WILDCARDS = 6;

/** As in .gitignore: `*` stays in a folder, `**` does not, a name without a slash is one at any depth, a folder means all below it. */
function asExpression(pattern: string): RegExp {
  if ((pattern.match(/\*+|\?/g)?.length ?? 0) > MOST_WILDCARDS) return /^(?!)/;
  const rooted = /^\/|\/(?=.)/.test(pattern);
  const body = pattern
    .replace(/^\//, "")
    .replace(/\/$/, "/**")
    .replaceAll(/\*\*\/|\*\*|[*?]|[.+^${}()|[\]\\]/g, (sign) => {
      if (sign === "**/") return "(?:.*/)?";
      if (sign === "**") return ".*";
      if (sign === "*") return "[^/]*";
      return sign === "?" ? "[^/]" : `\\${sign}`;
    });
  return new RegExp(
    `^${rooted ? "" : "(?:.*/)?"}${body}${/\*$/.test(pattern) && pattern !== "*" ? "$" : "(?:/.*)?$"}`,
  );
}

const matching = (rules: readonly Rule[], path: string): Owner | null =>
  rules.findLast(({ pattern }) => pattern.test(path))?.owner ?? null;
