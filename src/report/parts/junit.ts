/** A JUnit page, whatever its cases are about. */
import { markup } from "./escape.ts";

export interface JunitPage {
  /** `bulkhead scan` */
  readonly name: string;
  readonly failures: readonly JunitCase[];
  readonly skipped: readonly JunitCase[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  /** What the one test says where there is nothing to say. */
  readonly clean: string;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly ended: number;
}

export interface JunitCase {
  readonly rule: string;
  readonly name: string;
  readonly file: { readonly path: string; readonly line: number } | null;
  readonly message: string;
  readonly lines: readonly string[];
}

export function junitText(page: JunitPage): string {
  const { name, failures, skipped, unreadable, clean, started, ended } = page;
  const seconds = Math.max(0, (ended - started) / 1000).toFixed(3);
  const cases = [
    ...failures.map((one) =>
      testcase(
        one,
        `<failure message="${markup(one.message)}" type="${markup(one.rule)}">${one.lines.map(markup).join("\n")}</failure>`,
      ),
    ),
    ...unreadable.map(
      ({ path, reason }) =>
        `    <testcase classname="not read" name="${markup(path)}"><error message="${markup(reason)}" type="not-read"></error></testcase>`,
    ),
    ...skipped.map((one) => testcase(one, `<skipped message="${markup(one.message)}"></skipped>`)),
  ];
  // a suite without tests is taken for a broken run by some pages
  if (cases.length === 0)
    cases.push(`    <testcase classname="bulkhead" name="${markup(clean)}"></testcase>`);
  const counts = `tests="${cases.length}" failures="${failures.length}" errors="${unreadable.length}" skipped="${skipped.length}" time="${seconds}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${markup(name)}" ${counts}>
  <testsuite name="${markup(name)}" ${counts} timestamp="${new Date(started).toISOString().slice(0, 19)}">
${cases.join("\n")}
  </testsuite>
</testsuites>
`;
}

function testcase({ rule, name, file }: JunitCase, outcome: string): string {
  const at = file === null ? "" : ` file="${markup(file.path)}" line="${file.line}"`;
  return `    <testcase classname="${markup(rule)}" name="${markup(name)}"${at}>${outcome}</testcase>`;
}
