/** Paths of artifacts and caches, and the files that hold credentials by their nature. */
import { pathMatcher } from "../../../core/path-pattern.ts";
import type { Span, Text } from "../../model.ts";
import { locate } from "../../spans.ts";

const CREDENTIALS: readonly RegExp[] = [
  /(?:^|\/)\.env(?:\.(?!example$|sample$|template$|dist$)[\w.-]+)?$/,
  /(?:^|\/)\.(?:npmrc|yarnrc\.yml|pypirc|netrc|git-credentials|vault-token|pgpass|dockercfg)$/,
  /(?:^|[\/~])\.(?:aws|ssh|azure|kube|gnupg)(?:\/|$)/,
  /(?:^|\/)\.docker(?:\/config\.json)?\/?$/,
  /(?:^|\/)\.config\/(?:gcloud|gh|hub)(?:\/|$)/,
  /(?:^|\/)\.git(?:\/config)?\/?$/,
  /(?:^|\/)(?:id_rsa|id_ed25519|id_ecdsa|kubeconfig|credentials(?:\.json)?|service[-_]account\.json|gha-creds-\*?[\w*-]*\.json)$/,
  /\.(?:pem|p12|pfx|jks|keystore|key|tfstate|tfplan|kdbx)$/,
  /(?:^|\/)terraform\.tfstate\.d(?:\/|$)/,
];

/** One path a line; what an exclusion (`!path`) takes away is not there. */
export function pathsIn(texts: readonly Text[]): string[] {
  const all = texts
    .flatMap(({ value }) => value.split("\n"))
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const without = all.filter((line) => line.startsWith("!")).map((line) => clean(line.slice(1)));
  return all
    .filter((line) => !line.startsWith("!"))
    .map(clean)
    .filter((path) => !without.includes(path));
}

const clean = (path: string): string =>
  path
    .replace(/\$\{\{\s*github\.workspace\s*\}\}/g, ".")
    .replace(/^\.\/(?=.)/, "")
    .replace(/(?<=.)\/$/, "");

/** The whole folder of the checkout. */
export const isWorkspace = (path: string): boolean => /^(?:\.|\*|\*\*|\*\*\/\*|\.\/?)$/.test(path);

/** A file or folder that holds credentials by its nature; null when none of the paths is one. */
export const credentialPath = (paths: readonly string[]): string | null =>
  paths.find((path) => CREDENTIALS.some((pattern) => pattern.test(path))) ?? null;

/** Whether what one path names lies in what the other names. */
export function covers(path: string, file: string): boolean {
  const inner = clean(file.replace(/^["']|["']$/g, ""));
  if (/^(?:\/|~|\$)/.test(inner)) return path === inner;
  if (isWorkspace(path) || path === inner || inner.startsWith(`${path}/`)) return true;
  return /[*?]/.test(path) && pathMatcher(`/${path}`)(inner);
}

/** The line of one of the texts on which a path stands; null when it is on none. */
export function lineOfPath(texts: readonly Text[], path: string): Span | null {
  for (const text of texts) {
    let at = 0;
    for (const line of text.value.split("\n")) {
      const trimmed = line.trim();
      if (clean(trimmed) === path) {
        const from = at + line.indexOf(trimmed);
        return locate(text, from, from + trimmed.length);
      }
      at += line.length + 1;
    }
  }
  return null;
}
