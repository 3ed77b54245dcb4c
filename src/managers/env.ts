/** `env://NAME`: the caller's own variable, such as one that a CI system sets from its secrets. */
import { BulkheadError } from "../core/errors.ts";
import { resolvedOf } from "./answers.ts";
import type { Manager } from "./types.ts";

export const env: Manager = {
  scheme: "env",
  title: "the caller's environment",
  example: "env://OPENAI_API_KEY",
  resolve: ({ place, text }, context) => {
    const value = context.env[place];
    if (value === undefined || value === "") {
      const problem = value === undefined ? `no variable ${place} is set` : `the variable ${place} is empty`;
      return Promise.reject(new BulkheadError("reference.absent", { reference: text, problem }));
    }
    return Promise.resolve(resolvedOf(Buffer.from(value), null));
  },
};
