/** What an adapter is: it says which files are its own, and turns them into the model. One folder or file each; `index.ts` is the registry. */
import type {
  ActionFile,
  BuildFile,
  CiLock,
  Diagnostic,
  PolicyFile,
  Repository,
  SourceFile,
  System,
  UpdateFile,
  Workflow,
} from "../model.ts";

export interface Adapter {
  /** Lower case with `-`, unique. */
  readonly id: string;
  readonly title: string;
  /** Null for an adapter of files that are no pipeline (Dockerfiles, policies). */
  readonly system: System | null;
  /** Decides by the path alone, from the repository's root with `/`; called for every file. */
  owns(path: string): boolean;
  /** Decides by the text what `owns` left open (a JSON file that may be a trust policy); all owned files are its own when left out. */
  recognises?(file: SourceFile): boolean;
  /** Called once, with all of its files in the order of their paths. Must not throw on bad input: it reports and goes on. */
  read(files: readonly SourceFile[], context: AdapterContext): AdapterResult;
}

export interface AdapterContext {
  /** For the models' parent links; its lists are filled when every adapter is done. */
  readonly repository: Repository;
  readonly lock: CiLock;
  /** A further file of the repository: an included or local one. Null when it is not there, is no file, or lies outside. */
  open(path: string): SourceFile | null;
  report(diagnostic: Diagnostic): void;
}

export interface AdapterResult {
  readonly workflows?: readonly Workflow[];
  readonly actions?: readonly ActionFile[];
  readonly builds?: readonly BuildFile[];
  readonly policies?: readonly PolicyFile[];
  readonly updates?: readonly UpdateFile[];
}
