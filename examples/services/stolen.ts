/**
 * Counts which known values are inside captured bytes. Shares no code with Bulkhead's own matcher, on purpose: it is the
 * demonstration's independent witness.
 */

/** Base64 of `value` as it appears inside a longer text, for the three ways it can be aligned: only the characters that do not depend on the neighbours. */
function base64Middles(value: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), value]).toString("base64");
    const from = Math.ceil((before * 8) / 6);
    return text.slice(from, Math.floor(((before + value.length) * 8) / 6));
  });
}

const percent = (value: Buffer): string =>
  [...value].map((byte) => `%${byte.toString(16).padStart(2, "0").toUpperCase()}`).join("");

function formsOf(value: string): Buffer[] {
  const bytes = Buffer.from(value, "utf8");
  const middles = base64Middles(bytes);
  const hex = bytes.toString("hex");
  const forms = [
    value,
    ...middles,
    ...middles.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
    hex,
    hex.toUpperCase(),
    JSON.stringify(value).slice(1, -1),
    JSON.stringify(value).slice(1, -1).replaceAll("/", "\\/"),
    encodeURIComponent(value),
    percent(bytes),
  ];
  return [...new Set(forms)].map((form) => Buffer.from(form, "utf8"));
}

/**
 * Names of the `secrets` (name to value) that `bytes` hold raw, as base64 or base64url in any alignment, hex, JSON-escaped or
 * percent-encoded. Throws RangeError for a value under 6 bytes: it would be found anywhere.
 */
export function countStolen(bytes: Buffer, secrets: ReadonlyMap<string, string>): string[] {
  return [...secrets]
    .filter(([name, value]) => {
      if (Buffer.byteLength(value) < 6) throw new RangeError(`${name} is too short to be counted`);
      return formsOf(value).some((form) => bytes.includes(form));
    })
    .map(([name]) => name);
}
