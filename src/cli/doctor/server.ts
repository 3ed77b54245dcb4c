/** The server of BULKHEAD_ADDR, where it is set. */
import { type Examination, fail, ok, warn } from "./types.ts";

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/;

export const serverExamination: Examination = {
  name: "server",
  examine: async (context) => {
    const { address } = context;
    if (address === null) return [ok("none is set: the local store is used")];
    const client = await context.anonymous(address);
    const { status } = await client.call("GET", "sys/health", undefined, {
      allow: [429, 472, 473, 501, 503],
    });
    if (status === 503)
      return [
        fail(
          `${address} is sealed`,
          "`bulkhead operator unseal`, or start it with its key file or passphrase",
        ),
      ];
    if (status === 501) return [fail(`${address} is not initialized`, "run `bulkhead operator init`")];
    const url = new URL(address);
    if (url.protocol === "http:" && !LOOPBACK.test(url.hostname))
      return [warn(`${address} serves, but tokens and secrets travel unencrypted`, "use https")];
    return [ok(`${address} serves`)];
  },
};
