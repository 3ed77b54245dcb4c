/** Lines on the server's standard output, for machines that collect it. */
import { badDevice, writeTimeout } from "./options.ts";
import type { OpenSink, SinkOptions, SinkRules, SinkType } from "./types.ts";

export const stdoutSink: SinkType = {
  type: "stdout",
  options: ["write_timeout"],
  open: openStdout,
};

export function openStdout(options: SinkOptions, { standardOutput }: SinkRules): OpenSink {
  if (standardOutput === null) throw badDevice("this process's standard output is not for audit entries");
  return {
    confirms: true,
    timeout: writeTimeout(options),
    sink: {
      // the callback comes when the pipe took it: one that nobody reads runs into the time limit
      write: (lines) =>
        new Promise((resolve, reject) => {
          standardOutput.write(lines.map(({ json }) => `${json}\n`).join(""), (error) =>
            error ? reject(error) : resolve(),
          );
        }),
      reset: () => undefined,
    },
  };
}
