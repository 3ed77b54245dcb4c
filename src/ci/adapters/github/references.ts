/** `uses:` in all its forms. */
import type { ActionFile, ActionRef, SourceFile, Text } from "../../model.ts";
import { locate } from "../../spans.ts";

type Draft<T> = { -readonly [K in keyof T]: T[K] };
export type DraftRef = Draft<ActionRef>;

const REPOSITORY = /^([\w.-]+)\/([\w.-]+)((?:\/[^@\s]*)?)(?:@(\S+))?$/;
const VERSION = /^v?\d+(?:\.\d+)*(?:[-+.][\w.+-]+)?$|^[\w./-]+[-/@]v?\d+(?:\.\d+)+$/;
const COMMENT = /^['"]?[^\S\n]*#[^\S\n]*(?:tag=|version:?\s*)?v?([\w][\w.+/-]*)/;

export function readReference(text: Text): DraftRef {
  const uses = text.value.trim();
  const base: DraftRef = {
    kind: "unknown",
    text,
    span: text.span,
    owner: null,
    repo: null,
    path: "",
    ref: null,
    refSpan: null,
    pin: "none",
    comment: comment(text.span.file, text.span.end),
    slug: uses,
    action: null as ActionFile | null,
  };
  if (text.expressions.length > 0) return base;
  if (uses.startsWith("./") || uses === "." || uses.startsWith(".\\")) {
    const path = clean(uses.replaceAll("\\", "/").slice(1));
    return { ...base, kind: "local", path, slug: `./${path}` };
  }
  if (uses.startsWith("$/"))
    return { ...base, kind: "self", path: clean(uses.slice(1)), slug: `./${clean(uses.slice(1))}` };
  if (uses.startsWith("docker://")) return docker(base, uses.slice("docker://".length));
  const [, owner, repo, path = "", ref] = REPOSITORY.exec(uses) ?? [];
  if (owner === undefined || repo === undefined) return base;
  const below = clean(path);
  const at = text.value.lastIndexOf("@");
  return {
    ...base,
    kind: "repository",
    owner: owner.toLowerCase(),
    repo: repo.toLowerCase(),
    path: below,
    ref: ref ?? null,
    refSpan: ref === undefined ? null : locate(text, at + 1, at + 1 + ref.length),
    pin: ref === undefined ? "none" : isSha(ref) ? "sha" : VERSION.test(ref) ? "version" : "branch",
    slug: `${owner}/${repo}${below === "" ? "" : `/${below}`}`.toLowerCase(),
  };
}

function docker(base: DraftRef, image: string): DraftRef {
  const [name = "", digest] = image.split("@", 2);
  const colon = name.indexOf(":", name.lastIndexOf("/") + 1);
  const tag = colon === -1 ? null : name.slice(colon + 1);
  const ref = digest ?? tag;
  return {
    ...base,
    kind: "docker",
    slug: colon === -1 ? name : name.slice(0, colon),
    ref,
    refSpan:
      ref === null
        ? null
        : locate(base.text, base.text.value.lastIndexOf(ref), base.text.value.lastIndexOf(ref) + ref.length),
    pin: digest !== undefined ? "digest" : tag === null ? "none" : "tag",
  };
}

export const isSha = (ref: string): boolean => /^(?:[\da-f]{40}|[\da-f]{64})$/i.test(ref);

const clean = (path: string): string => path.replace(/\/{2,}/g, "/").replace(/^\/+|\/+$/g, "");

function comment(file: SourceFile, from: number): string | null {
  const newline = file.text.indexOf("\n", from);
  const rest = file.text.slice(from, newline === -1 ? undefined : newline);
  return COMMENT.exec(rest)?.[1] ?? null;
}
