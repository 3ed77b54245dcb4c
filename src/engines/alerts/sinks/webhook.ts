/** The alert as JSON, signed: `x-bulkhead-signature: t=SECONDS,v1=HEX`, HMAC-SHA-256 over `SECONDS.BODY`. */
import { createHmac } from "node:crypto";
import { BulkheadError } from "../../../core/errors.ts";
import { checkUrl, post } from "./http.ts";
import type { SinkType } from "./types.ts";

const LEAST_KEY = 16;

export const webhook: SinkType = {
  type: "webhook",
  title: "JSON by POST, signed",
  options: {
    url: { description: "An https address", required: true, secret: true },
    key: {
      description: `What signs it (HMAC-SHA-256), at least ${LEAST_KEY} characters`,
      required: true,
      secret: true,
    },
  },
  check: ({ url, key = "" }) => {
    checkUrl(url);
    if (key.length < LEAST_KEY)
      throw new BulkheadError("alert.bad-sink", { problem: `key has at least ${LEAST_KEY} characters` });
  },
  shown: ({ url }) => checkUrl(url).host,
  send: async ({ data }, { url = "", key = "" }) => {
    const body = JSON.stringify(data);
    const time = Math.floor(Date.now() / 1_000);
    const mac = createHmac("sha256", key).update(`${time}.${body}`).digest("hex");
    await post(url, body, { "x-bulkhead-signature": `t=${time},v1=${mac}` });
  },
};
