import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { commandsOf } from "./commands.ts";
import { languageOf } from "./languages.ts";

const words = (script: string): string[][] =>
  commandsOf(script, "sh")
    .map((command) => [...command.words])
    .filter((one) => one.length > 0);

const TABLE: readonly (readonly [script: string, commands: readonly (readonly string[])[]])[] = [
  [
    "npm ci && npm publish",
    [
      ["npm", "ci"],
      ["npm", "publish"],
    ],
  ],
  ["echo 'npm publish'", [["echo", "npm publish"]]],
  ["# npm publish\nls", [["ls"]]],
  ["a \\\n  b", [["a", "b"]]],
  [
    'if [ -n "$X" ]; then\n  a b\nfi',
    [
      ["[", "-n", "$X", "]"],
      ["a", "b"],
    ],
  ],
  ['X=1 Y="2 3" cmd z', [["cmd", "z"]]],
  [
    "TOKEN=$(aws ecr get-login-password | head -1)\nuse",
    [["aws", "ecr", "get-login-password"], ["head", "-1"], ["use"]],
  ],
  ["cat <<EOF > f\nnpm publish\nEOF\nls", [["cat"], ["ls"]]],
  ["cat <<-'EOF'\n\tnpm publish\n\tEOF\nls", [["cat"], ["ls"]]],
  ["a | b; c & d || e", [["a"], ["b"], ["c"], ["d"], ["e"]]],
  ["(a; b)", [["a"], ["b"]]],
  ['echo ${{ secrets.X }} "${{ a || b }}"', [["echo", "${{ secrets.X }}", "${{ a || b }}"]]],
  [
    "echo ${X:-a b} `c d`",
    [
      ["echo", "${X:-a b}", "`c d`"],
      ["c", "d"],
    ],
  ],
  ["a 2>&1 >/dev/null <in", [["a"]]],
  [
    'for f in *.txt; do up "$f"; done',
    [
      ["f", "in", "*.txt"],
      ["up", "$f"],
    ],
  ],
];

test("a script's commands", () => {
  for (const [script, commands] of TABLE) assert.deepEqual(words(script), commands, script);
});

test("where output goes, and assignments", () => {
  const [one, two] = commandsOf('echo "A=$B" >> "$GITHUB_ENV"\nX=1 Y=2 cmd | tee -a "$GITHUB_OUTPUT"', "sh");
  assert.deepEqual(one?.writesTo, ["$GITHUB_ENV"]);
  assert.deepEqual([two?.assignments, two?.piped], [["X=1", "Y=2"], true]);
});

test("offsets are those of the script", () => {
  const script = "  npm ci\n\n  npm   publish --access public # c\n";
  assert.deepEqual(
    commandsOf(script, "sh").map(({ start, end }) => script.slice(start, end)),
    ["npm ci", "npm   publish --access public"],
  );
});

test("PowerShell's own line end; no commands of other languages", () => {
  assert.deepEqual(
    commandsOf('npm publish `\n  --access public\nWrite-Host "x"', "powershell").map((one) => one.words),
    [
      ["npm", "publish", "--access", "public"],
      ["Write-Host", "x"],
    ],
  );
  assert.deepEqual(commandsOf("npm publish", "python"), []);
  assert.deepEqual(
    ["bash -eo pipefail {0}", "/usr/bin/env", "pwsh", "python", "cmd", "${{ x }}", "node {0}"].map(
      languageOf,
    ),
    ["sh", "other", "powershell", "python", "cmd", "sh", "other"],
  );
});

test("whatever the script, reading it ends within it", () => {
  const piece = fc.constantFrom(
    "a",
    " ",
    "\n",
    "'",
    '"',
    "$(",
    ")",
    "${",
    "}",
    "`",
    "${{",
    "}}",
    "<<E",
    ">",
    ">>",
    "|",
    "&",
    ";",
    "\\",
    "#",
    "(",
    "E\n",
    "=",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const script = pieces.join("");
      for (const { start, end } of commandsOf(script, "sh"))
        assert.ok(start >= 0 && end <= script.length + 1 && start <= end);
    }),
    { numRuns: 1000 },
  );
  // Nothing is quadratic in nesting.
  assert.ok(commandsOf("$(".repeat(20_000), "sh").length < 100);
});
