/** The file that a thread of a history scan runs. */
import { detectorScanner } from "../detector-scanner.ts";
import { serveThread } from "./threads.ts";

await serveThread(detectorScanner);
