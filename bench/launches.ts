/** The command lines that `bench/run.ts` and `bench/start.ts` time, as data: a test parses each, so that none outlives its flags. */

export interface Launch {
  readonly name: string;
  /** Words of `bulkhead`; or of another program, which then stands in `program`. */
  readonly words: readonly string[];
  readonly program?: string;
  /** Against the server that the bench has started, in place of the embedded store. */
  readonly warm?: true;
  readonly input?: string;
}

const bareNode: Launch = { name: "node -e 0", program: process.execPath, words: ["-e", "0"] };
const VALUE = "a-value-of-some-length-for-the-bench";

export const START_PREPARATION: readonly Launch[] = [
  { name: "put", words: ["secret", "put", "secret/bench/dev/key"], input: VALUE },
];
export const START: readonly Launch[] = [
  bareNode,
  { name: "bulkhead --version", words: ["--version"] },
  { name: "bulkhead secret get", words: ["secret", "get", "secret/bench/dev/key"] },
];

export const MANIFEST = `project: bench
environments: { dev: { people: true } }
secrets: { openai: { provider: openai, purpose: measures, owner: bench@example.com } }
stages: { train: { run: "true", use: [openai] } }
`;

export const SERVER: readonly string[] = ["server", "--dev", "--listen", "127.0.0.1:0"];
/** Once for each store. */
export const RUN_PREPARATION: readonly Launch[] = [
  { name: "apply", words: ["apply"] },
  { name: "put", words: ["secret", "put", "openai"], input: VALUE },
];

const LEVELS = ["0", "1", "2", "3"];
/** `--allow-host` closes the network, as a stage's `network:` does. */
const train = (...flags: string[]): readonly string[] => ["run", "train", ...flags, "--", "true"];
const levels = (more: Pick<Launch, "warm">): Launch[] =>
  LEVELS.map((level) => ({
    name: `  level ${level}${more.warm === true ? ", warm" : ""}`,
    words: train("--isolation", level, ...(level === "3" ? ["--allow-host", "api.example.com"] : [])),
    ...more,
  }));

export const RUN: readonly Launch[] = [
  { name: "true", program: "true", words: [] },
  bareNode,
  { name: "bulkhead --help", words: ["--help"] },
  { name: "run, embedded store", words: train() },
  { name: "  no tripwire", words: train("--no-tripwire") },
  ...levels({}),
  { name: "run, warm server", words: train(), warm: true },
  ...levels({ warm: true }),
];
