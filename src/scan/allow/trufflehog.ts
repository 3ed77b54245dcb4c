/** trufflehog: `trufflehog:ignore` on the line. */
import type { AllowKind } from "./types.ts";

export const trufflehog: AllowKind = {
  id: "trufflehog",
  inline: (line) =>
    line.includes("trufflehog:ignore")
      ? { source: "trufflehog:ignore", reason: "allowed for trufflehog" }
      : null,
};
