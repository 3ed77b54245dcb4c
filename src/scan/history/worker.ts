/** The file that a thread of a history scan runs. */
import { type RuleChoice, ruleSet } from "../rules.ts";
import { historyScanner } from "../scanner.ts";
import { serveThread } from "./threads.ts";

void serveThread(async (choice) =>
  historyScanner((await ruleSet(choice as RuleChoice | undefined)).detector),
);
