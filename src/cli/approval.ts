/** Waiting for another person's agreement: the login is tried again until somebody decided. */
import { setTimeout as sleep } from "node:timers/promises";
import { isBulkheadError } from "../core/errors.ts";

const EVERY_MS = 2_000;

/** The request's name in an error that says one is needed; null for every other. */
export function approvalOf(error: unknown): string | null {
  if (!isBulkheadError(error) || error.code !== "auth.approval-needed") return null;
  return /\S+\/\S+\/\S+$/.exec(error.message)?.[0] ?? "";
}

/** `say` hears of the request once. Throws what the login throws in the end: denied, the request's hour over and refused anew. */
export async function untilApproved<T>(
  login: () => Promise<T>,
  say: (error: Error & { readonly hint: string }) => void,
): Promise<T> {
  for (let first: string | null = null; ; await sleep(EVERY_MS)) {
    try {
      return await login();
    } catch (error) {
      const request = approvalOf(error);
      if (request === null || !isBulkheadError(error)) throw error;
      if (first === null) say(error);
      else if (request !== first) throw error; // nobody decided while it could be
      first ??= request;
    }
  }
}
