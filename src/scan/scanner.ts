/** The scanner that every source uses: all formats, the usual limits. */
import type { Detector } from "../detect/types.ts";
import { defaultLimits, formats } from "../formats/index.ts";
import { createContentScanner } from "./content.ts";
import type { HistoryScanner } from "./history/types.ts";
import type { ContentScanner } from "./types.ts";

export const usualScanner = (detector: Detector): ContentScanner =>
  createContentScanner({ detector, formats, limits: defaultLimits });

/** For blobs, which have no name of their own. */
export const historyScanner = (detector: Detector): HistoryScanner => ({
  scanner: usualScanner(detector),
  rules: detector.rules,
  mayNeedFormat: (path) => formats.some(({ named }) => named?.test(path) === true),
});
