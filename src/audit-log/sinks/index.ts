/** The kinds of audit devices. One line each. */
import { fileSink } from "./file.ts";
import { socketSink } from "./socket.ts";
import { stdoutSink } from "./stdout.ts";
import { syslogSink } from "./syslog.ts";
import type { SinkType } from "./types.ts";
import { httpSink, webhookSink } from "./webhook.ts";

export const sinkTypes: readonly SinkType[] = [
  fileSink,
  socketSink,
  stdoutSink,
  syslogSink,
  httpSink,
  webhookSink,
];
