/** The profile as text: it was not run on macOS. */
import assert from "node:assert/strict";
import test from "node:test";
import { seatbeltArguments, seatbeltProfile } from "./seatbelt.ts";

const hidden = [
  { path: "/Users/ada/.aws", kind: "folder" },
  { path: '/Users/ada/a "quoted\\" file', kind: "file" },
] as const;

/** Brackets outside of quoted text. */
function depth(profile: string): number {
  let open = 0;
  for (const sign of profile.replace(/"(?:[^"\\]|\\.)*"/g, "")) {
    if (sign === "(") open++;
    if (sign === ")") open--;
    assert.ok(open >= 0, "never closed before opened");
  }
  return open;
}

test("a profile hides folders whole and files by name, whatever is in their names", () => {
  const profile = seatbeltProfile({ hidden, proxyPort: null });
  assert.equal(depth(profile), 0);
  assert.match(profile, /^\(version 1\)\n\(allow default\)\n\(deny file-read\* file-write\*\n/);
  assert.ok(profile.includes('(subpath "/Users/ada/.aws")'));
  assert.ok(profile.includes('(literal "/Users/ada/a \\"quoted\\\\\\" file")'));
  assert.equal(profile.includes("network"), false);
});

test("a closed network leaves loopback to the job and one port to the proxy", () => {
  const profile = seatbeltProfile({ hidden: [], proxyPort: 4711 });
  assert.equal(depth(profile), 0);
  assert.ok(
    profile.indexOf("(deny network*)") <
      profile.indexOf('(allow network-outbound (remote ip "localhost:4711"))'),
  );
  assert.equal(profile.includes("file-read"), false, "an empty rule would deny everything");
  assert.deepEqual(seatbeltArguments({ hidden: [], proxyPort: null }).slice(0, 2), [
    "/usr/bin/sandbox-exec",
    "-p",
  ]);
});
