/** The scanner's rows, with those of notebooks and git. */
import { type ErrorRow, row } from "./row.ts";

export const scanErrors = {
  // scans
  "baseline.invalid": row(
    400,
    2,
    "{path}: line {line} {problem}",
    "docs/spec/baseline.md has the format; `bulkhead scan --baseline FILE --update-baseline` writes it",
  ),
  "allow.invalid": row(400, 2, "{path} {problem}", "docs/scan.md has the form of allow lists"),
  "scan.show-needs-terminal": row(
    400,
    2,
    "--show writes values to a terminal only",
    "leave out --output, --format and the pipe, or leave out --show",
  ),
  "findings.too-many": row(
    429,
    1,
    "more digests than the {limit} that one caller may ask for at once",
    "wait {seconds} s, or scan less at a time",
  ),
  "finding.unknown": row(404, 1, "there is no finding {id}", "`bulkhead findings list` names them"),

  // notebooks, git
  "notebook.unreadable": row(
    400,
    1,
    "{path} is not a notebook that can be cleaned: {reason}",
    "save it again from Jupyter, or leave it out",
  ),
  "git.no-repository": row(400, 1, "{folder} is in no git repository", "run `git init`, or change to one"),
  "git.no-revision": row(
    400,
    1,
    "git knows no commits by `{revision}` here",
    "see `git log`; in a shallow clone, `git fetch --unshallow` brings older commits",
  ),

  "hook.managed": row(
    400,
    1,
    "this repository's hooks stand in {folder} (core.hooksPath)",
    "add the line `{line}` to the hook there",
  ),
} as const satisfies Record<string, ErrorRow>;
