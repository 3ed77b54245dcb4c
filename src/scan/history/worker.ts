/** The file that a thread of a history scan runs. */
import { type RuleChoice, ruleSet } from "../rules.ts";
import { historyScanner } from "../scanner.ts";
import { serveThread } from "./threads.ts";

serveThread(async (choice) =>
  historyScanner((await ruleSet(choice as RuleChoice | undefined)).detector),
).catch((error: unknown) => {
  // The thread ends with it, and the scan hears of it.
  queueMicrotask(() => {
    throw error;
  });
});
