import { BulkheadError } from "../core/errors.ts";

/** How long the end of a run waits for a store. */
const END_MS = 30_000;

/** Throws `run.revocation-failed` when there is no answer. */
export async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new BulkheadError("run.revocation-failed", { reason: "no answer" })),
      END_MS,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
