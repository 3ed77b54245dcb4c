/** The detector of a scan: every provider's rules and every decoder. A thread makes its own, which must be the same one. */
import { catalogue } from "../detect/catalogue.ts";
import { withDecoders } from "../detect/decoders/with-decoders.ts";
import { createDetector, type DetectorOptions } from "../detect/detector.ts";
import type { Detector } from "../detect/types.ts";

export const usualDetector = (
  choice: Pick<DetectorOptions, "extraRules" | "leaveOut" | "everySecret"> = {},
): Detector => withDecoders(createDetector({ catalogue: catalogue(), ...choice }));
