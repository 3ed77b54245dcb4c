/** The rows of the registry: what known actions and commands do, and with whose authority. */
import type { Authority, ExternalSystem, Step, Verb } from "../model.ts";

/** `with:` by lower-case name; null: not given. */
export type Inputs = (name: string) => string | null;

export interface ActionRow {
  /** `owner/repo` or `owner/repo/path`, lower case; a row for a repository holds for all of its paths that have none. */
  readonly slug: string;
  /** Absent: it needs no authority outside the run (set-up of a tool). */
  readonly verb?: Verb;
  /** An id of systems.ts, or computed of the inputs; null: this use of it does nothing of the kind. */
  readonly system?: string | ((input: Inputs) => ExternalSystem | null);
  /** Inputs that carry a credential. */
  readonly secrets?: readonly string[];
  /** Variables of the step that it reads as credentials. */
  readonly variables?: readonly string[];
  /** It takes the run's signed claims where one of these inputs is given; `true`: where no secret is. */
  readonly oidc?: true | readonly string[];
  /** It uses the run's own token unless another is given. */
  readonly runToken?: boolean;
  /** Inputs that say what it is about, first one that is given. */
  readonly target?: readonly string[];
  /** Later steps of the job hold what it got. */
  readonly login?: boolean;
  /** It does nothing of the kind unless this holds: `push: true`. */
  readonly when?: (input: Inputs) => boolean;
  readonly verifies?: boolean;
  /** It builds, tests or runs the checkout. */
  readonly runsProject?: boolean;
}

export interface CommandRow {
  /** Base name of the program, without ending. */
  readonly program: string;
  /** Its first words that are no options, in order; each may be a list. Absent: any. */
  readonly words?: readonly (string | readonly string[])[];
  /** The first word may stand behind others: goals of a build tool. */
  readonly anywhere?: boolean;
  readonly verb: Verb;
  readonly system: string | ((command: CommandWords, step: Step) => ExternalSystem);
  /** Variables it reads as credentials, of the step, the job or the workflow. */
  readonly variables?: readonly string[];
  /** Options whose value is a credential. */
  readonly options?: readonly string[];
  /** An option of which one must be there; an option with which it does nothing (`--dry-run`). */
  readonly needs?: readonly string[];
  readonly unless?: readonly string[];
  readonly login?: boolean;
  /** It can exchange the run's signed claims by itself (trusted publishing). */
  readonly oidc?: boolean;
  readonly runToken?: boolean;
  readonly target?: (command: CommandWords) => string | null;
  readonly verifies?: boolean;
  readonly runsProject?: boolean;
}

export interface CommandWords {
  readonly program: string;
  /** Words without the program and without options. */
  readonly plain: readonly string[];
  /** All words behind the program. */
  readonly rest: readonly string[];
  /** Of `--name value` and `--name=value`; null when it is not there, empty when it has none. */
  option(...names: readonly string[]): string | null;
}

export type Auth = Authority["auth"];
