import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import { command } from "../command.ts";
import { readLogin, removeLogin } from "../login-file.ts";

export default command({
  details:
    "Revokes the token of `bulkhead login` and forgets it. It is forgotten even where the server cannot be reached, which is said.",
  flags: {},
  examples: [{ line: "bulkhead logout", says: "at the server of BULKHEAD_ADDR" }],
  async run({ context }) {
    const { address, home, out } = context;
    if (address === null) throw new BulkheadError("login.no-server");
    let problem: string | null = null;
    try {
      const token = readLogin(home.login, address);
      if (token === null) {
        out.note(`nobody is logged in at ${address}`);
        return 0;
      }
      const client = (await context.anonymous(address)).with(token);
      await client.call("POST", "auth/token/revoke-self", {}, { allow: [403] });
    } catch (error) {
      if (!isBulkheadError(error)) throw error;
      if (error.code !== "login.expired") problem = error.message;
    }
    removeLogin(home.login, address);
    if (problem !== null) {
      out.warn(`the token could not be revoked (${problem}); it lives until it runs out`);
      return 1;
    }
    out.note(`logged out at ${address}`);
    return 0;
  },
});
