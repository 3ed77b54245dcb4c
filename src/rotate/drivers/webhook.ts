/** `rotate: { webhook: … }`: an address of the user's own, named in the declaration; the same questions as a script's, as POST. */
import { BulkheadError } from "../../core/errors.ts";
import { jsonOf, refuseStatus } from "./answers.ts";
import { exchanging } from "./exchange.ts";

export const webhook = exchanging(
  "webhook",
  async ({ webhook: url, secret, send, signal, minter }, question, what) => {
    if (url === undefined)
      throw new BulkheadError("rotation.bad-driver", { secret, problem: "no webhook is declared" });
    const provider = "the webhook";
    const token = minter?.get("value");
    const answer = await send({
      ...{ url, method: "POST", body: question, signal, most: 1_048_576, timeout: 60_000 },
      headers: {
        "Content-Type": "application/json",
        ...(token !== undefined && { Authorization: `Bearer ${token.revealText()}` }),
      },
    }).catch((error: unknown) => {
      if (signal?.aborted === true) throw error;
      throw new BulkheadError("rotation.unavailable", { provider, what, reason: "no usable answer" });
    });
    refuseStatus(answer.status, provider, what);
    return jsonOf(answer, provider, what);
  },
);
