/**
 * What an audit device is behind its path: a kind of sink with options, which takes lines. One file a kind, one line in index.ts.
 * The device around it (device.ts) keeps the queue, the time limits and the record of gaps.
 */

export interface SinkLine {
  /** JSON of one entry, without a newline. */
  readonly json: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** An open device. Calls of `write` do not overlap, but for one that was given up by its time limit and `reset`. */
export interface Sink {
  /** Resolves when the device has all lines; what it rejects with says why not (a code or a short text, no path of the caller's). */
  write(lines: readonly SinkLine[], signal: AbortSignal): Promise<void>;
  /** Lets go of connections and files, so that the next write opens them anew. */
  reset(): void;
}

export interface SinkRules {
  /** Devices made over the API: no file, socket or header that would hand an administrator of secrets the rights of the server. */
  readonly guarded: boolean;
  /** No file device may write below these (absolute): the store's own. */
  readonly protectedFolders: readonly string[];
  /** null: this process's standard output is not for audit entries (a command's). */
  readonly standardOutput: NodeJS.WritableStream | null;
}

export interface OpenSink {
  readonly sink: Sink;
  /**
   * Whether what it took may stand for a request alone: not a datagram, which nobody confirms.
   */
  readonly confirms: boolean;
  /** Milliseconds for one write. */
  readonly timeout: number;
}

export type SinkOptions = Readonly<Record<string, string>>;

export interface SinkType {
  readonly type: string;
  /** Options of its own; others are refused. */
  readonly options: readonly string[];
  /** Checks the options and makes a sink that opens at its first write. Throws `audit.bad-device`. */
  open(options: SinkOptions, rules: SinkRules): OpenSink;
}
