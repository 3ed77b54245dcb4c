/**
 * Names for a finding that are made of its place alone: rule, file, and the how-manieth of that rule in the file. They survive moved lines
 * and say nothing of the value. Not for identity: for pages that want to know an alert again.
 */
import { createHash } from "node:crypto";
import type { FoundSecret, Place } from "../../core/finding.ts";
import { fileOf } from "./describe.ts";

const LENGTH = 32;

export function placeHasher(): (secret: Pick<FoundSecret, "rule">, place: Place) => string {
  const seen = new Map<string, number>();
  return ({ rule }, place) => {
    const at = `${rule}\0${fileOf(place)}\0${place.commit?.id ?? ""}`;
    const number = seen.get(at) ?? 0;
    seen.set(at, number + 1);
    return createHash("sha256").update(`bulkhead.place.v1\0${at}\0${number}`).digest("hex").slice(0, LENGTH);
  };
}
