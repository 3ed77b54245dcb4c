/** A place where alerts are told. One file a type, registered in index.ts. */
import type { Message } from "../message.ts";

export interface SinkOption {
  readonly description: string;
  readonly required?: boolean;
  /** Never shown again. */
  readonly secret?: boolean;
}

export interface SinkEnvironment {
  /** The audit log's folder, where nothing else may write; null: there is none. */
  readonly auditFolder: string | null;
}

export interface SinkType {
  readonly type: string;
  readonly title: string;
  readonly options: Readonly<Record<string, SinkOption>>;
  /** Throws `alert.bad-sink` for options that cannot be used. */
  check(options: Readonly<Record<string, string>>, environment: SinkEnvironment): void;
  /** Where it goes, in words, without a secret. */
  shown(options: Readonly<Record<string, string>>): string;
  /** Resolves once it was taken; throws an error whose message holds nothing of the options. */
  send(
    message: Message,
    options: Readonly<Record<string, string>>,
    environment: SinkEnvironment,
  ): Promise<void>;
}
