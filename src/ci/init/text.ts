/** What both systems' files are made of. */
import { stringify } from "yaml";

/** How Bulkhead itself comes into a job, and where its server is. */
export interface InitOptions {
  /** The published version that is fetched. */
  readonly version: string;
  /** `sha512-…`; null: it is left to be filled in, and until then the job stops before anything runs. */
  readonly integrity: string | null;
  /** Of bulkhead.yaml, from the repository's root; empty for the root itself. */
  readonly folder: string;
  /** The server's address; null: the host's variable BULKHEAD_ADDR says it. */
  readonly address: string | null;
}

/** One line of YAML, quoted where some reader of it would see more than text (`on`, `1e3`). */
export const scalar = (value: string): string =>
  stringify(value, {
    version: "1.1",
    lineWidth: 0,
    defaultStringType: needsQuotes(value) ? "QUOTE_DOUBLE" : "PLAIN",
  }).trimEnd();

const needsQuotes = (value: string): boolean =>
  /^(?:y|n|yes|no|on|off|true|false|null|~|)$/i.test(value) ||
  (/^[\d.+-]/.test(value) && !/^\d+\.\d+\.\d+$/.test(value));

/** The integrity, or the line that gives it. */
export const integrityLine = (name: string, { integrity, version }: InitOptions): string =>
  integrity === null
    ? `${name}: "" # fill in what this prints: npm view bulkhead@${version} dist.integrity`
    : `${name}: ${scalar(integrity)}`;

export const VERSION = "WANTED_VERSION";
export const INTEGRITY = "WANTED_INTEGRITY";

/** Fetches the version, compares it with the integrity, unpacks it below $folder; runs nothing of it. As templates/run.yml does. */
export const INSTALL: readonly string[] = [
  "set -eu",
  "umask 077",
  "folder=$(mktemp -d)",
  `file=$(cd "$folder" && npm pack --silent --ignore-scripts "bulkhead@$${VERSION}")`,
  `found=sha512-$(node -e 'process.stdout.write(require("node:crypto").createHash("sha512").update(require("node:fs").readFileSync(process.argv[1])).digest("base64"))' "$folder/$file")`,
  `if [ "$found" != "$${INTEGRITY}" ]; then`,
  `  echo "bulkhead: error: version $${VERSION} is not what was expected: $found" >&2`,
  "  exit 1",
  "fi",
  'tar -xzf "$folder/$file" -C "$folder"',
  'chmod 755 "$folder/package/dist/bulkhead"',
];

export const RUN = '"$folder/package/dist/bulkhead" run';

export const indented = (lines: readonly string[], by: number): string[] =>
  lines.map((line) => (line === "" ? "" : " ".repeat(by) + line));
