/** Text and settings as people write them, and as programs print them. */
import { type Carrier, ESC } from "./types.ts";

/** Where the text begins: after `before`, which stands at the file's beginning. */
const after = (before: string): { readonly starts: string } => {
  const lines = before.split("\n");
  return { starts: `${lines.length}:${Buffer.byteLength(lines.at(-1) ?? "") + 1}` };
};

const between = (name: string, path: string, before: string, behind = "\n"): Carrier => ({
  name,
  path,
  make: ({ text }) => `${before}${text}${behind}`,
  where: after(before),
});

export const text: readonly Carrier[] = [
  between("plain text", "a.txt", "one\nx "),
  between("Windows line ends", "a.txt", "one\r\ntwo\r\nx ", "\r\n"),
  between("the file's very end", "a.txt", "one\n", ""),
  between("an environment file", ".env", "# keys\nexport THE_VALUE='", "'\n"),
  between("YAML", "values.yaml", "one:\n  - two: ", "\n    three: 3\n"),
  between("YAML, a block", "values.yaml", "one: |\n  first\n  ", "\n  last\n"),
  between("TOML", "config.toml", "[one]\ntwo = '''", "'''\n"),
  between("an INI file", "setup.cfg", "[one]\ntwo : ", "\n"),
  between("XML, CDATA", "a.xml", "<a>\n<b><![CDATA[", "]]></b></a>\n"),
  between("XML text", "a.xml", "<a>\n<b>", "</b></a>\n"),
  between("CSV", "a.csv", "name,value\none,", ",2026-01-01\n"),
  between("a Dockerfile", "Dockerfile", "FROM scratch\nENV THE_VALUE ", "\n"),
  between("a shell command", "run.sh", 'set -e\ncurl -H "X-Key: ', '" https://host.invalid/\n'),
  between("shell history with times", ".zsh_history", ": 1700000000:0;ls\n: 1700000001:0;put ", "\n"),
  between("a diff", "a.patch", "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-old\n+", "\n"),
  between("a SQL dump", "a.sql", "INSERT INTO keys VALUES (1,'one'),(2,'", "');\n"),
  between("Python, a long string", "a.py", 'x = """\n', '\n"""\n'),
  between("JavaScript, a template", "a.js", "const x = `one\n", "`;\n"),
  between("a comment in C", "a.c", "int a;\n/* ", " */\n"),
  between("Markdown", "a.md", "# one\n\n`", "`\n"),
  between("LaTeX", "a.tex", "\\begin{x}\n\\texttt{", "}\n"),
  between("a log line", "a.log", "2026-01-01T00:00:00Z INFO one\n2026-01-01T00:00:01Z DEBUG sent [", "]\n"),
  between("text before it in UTF-8", "a.txt", "schön, größer\n→ ", " ←\n"),
  {
    name: "one line of a megabyte",
    path: "a.min.js",
    make: ({ text: key }) => `${"var a=1;".repeat(131_072)}"${key}"${";b();".repeat(1000)}`,
    where: { starts: `1:${131_072 * 8 + 2}` },
  },
  {
    name: "coloured text",
    path: "a.txt",
    make: ({ halves: [a, b] }) => `one\n${ESC}[1;31m${a}${ESC}[0m${b}${ESC}[0m`,
    where: { starts: "2:8" },
  },
  {
    name: "a link's address",
    path: "a.txt",
    make: ({ text: key }) => `${ESC}]8;;http://h/?k=${key}${ESC}\\here${ESC}]8;;${ESC}\\`,
    where: { starts: "1:18" },
  },
  {
    name: "a JSON string",
    path: "a.json",
    make: ({ text: key }) => JSON.stringify({ one: { two: ["x", key] } }),
    where: "text",
  },
  {
    name: "JSON in a JSON string",
    path: "a.json",
    make: ({ text: key }) => JSON.stringify({ one: JSON.stringify({ two: key }) }),
    where: "text",
  },
  {
    name: "a JSON string after a line end",
    path: "a.jsonl",
    make: ({ text: key }) => `{"a":1}\n${JSON.stringify({ log: `first line\n${key}\n\tlast` })}\n`,
    where: "text",
  },
];
