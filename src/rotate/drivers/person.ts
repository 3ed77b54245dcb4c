/** Where a person makes the new one and revokes the old one: the same order, the same proofs. */
import { verifyCredential } from "../../verify/index.ts";
import type { Driver } from "./types.ts";

export const person: Driver = {
  id: "person",
  standing: () => Promise.resolve(null),
  handleOf: () => Promise.resolve(null),
  verify: ({ provider, send, url, signal }, parts) =>
    verifyCredential(provider, parts, { send, base: url, signal }),
  unprovable: ({ provider }) => provider.verify === undefined,
};
