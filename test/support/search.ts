/** Looks for a secret in bytes in every form in which it could have been written: the search behind "none of it is there". */

const rotations = (value: Buffer): string[] =>
  [0, 1, 2].map((phase) => {
    const text = Buffer.concat([Buffer.alloc(phase), value]).toString("base64");
    // only the characters that no neighbouring byte decides
    const first = phase === 0 ? 0 : phase + 1;
    const bits = (phase + value.length) * 8;
    return text.slice(first, Math.floor(bits / 6));
  });

/** Form → its bytes. Forms that equal the raw value are left out. */
export function formsOf(secret: string): ReadonlyMap<string, Buffer> {
  const value = Buffer.from(secret, "utf8");
  const hex = value.toString("hex");
  const url = encodeURIComponent(secret);
  const every = [...value].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const utf16 = Buffer.from(secret, "utf16le");
  const forms: [string, Buffer | string][] = [
    ["raw", value],
    ...rotations(value).map((text, phase): [string, string] => [`base64 at ${phase}`, text]),
    ...rotations(value).map((text, phase): [string, string] => [
      `base64url at ${phase}`,
      text.replaceAll("+", "-").replaceAll("/", "_"),
    ]),
    ["hex", hex],
    ["hex in capitals", hex.toUpperCase()],
    ["URL", url],
    ["URL in small letters", url.replace(/%[0-9A-F]{2}/g, (text) => text.toLowerCase())],
    ["every byte as %xx", every],
    ["every byte as %XX", every.toUpperCase()],
    ["UTF-16 little", utf16],
    ["UTF-16 big", Buffer.from(utf16).swap16()],
    ["JSON", JSON.stringify(secret).slice(1, -1)],
    ["reversed", [...secret].reverse().join("")],
  ];
  const seen = new Set<string>();
  return new Map(
    forms
      .map(([form, bytes]): [string, Buffer] => [form, Buffer.from(bytes as string)])
      .filter(([, bytes]) => {
        const key = bytes.toString("latin1");
        return !seen.has(key) && seen.add(key);
      }),
  );
}

/** `name: form`, for every secret found; never the value. */
export function findSecrets(bytes: Buffer, secrets: Readonly<Record<string, string>>): string[] {
  const found: string[] = [];
  for (const [name, secret] of Object.entries(secrets))
    for (const [form, shape] of formsOf(secret)) if (bytes.includes(shape)) found.push(`${name}: ${form}`);
  return found;
}
