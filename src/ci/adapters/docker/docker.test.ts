import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { repositoryOf } from "../../../../test/support/repository.ts";
import { type BuildFile, plain, written } from "../../index.ts";
import { jsonOf } from "../../values.ts";

const dockerfile = (text: string): BuildFile => {
  const [build] = repositoryOf({ Dockerfile: text }).builds;
  assert.ok(build !== undefined);
  return build;
};
const shape = ({ instructions }: BuildFile) =>
  instructions.map(({ name, stage, settings }) => [
    name,
    stage,
    settings.map((one) => `${one.name}=${one.value.value}`).join(" "),
  ]);

test("instructions, stages, settings and mounts", () => {
  const build = dockerfile(`# syntax=docker/dockerfile:1
ARG BASE=node:24
from \${BASE} AS build
ARG TOKEN
ENV A=1 B="two words" C=th\\ ree \\
    # between
    D='x'
env OLD the rest = of it
RUN --mount=type=secret,id=npm,target=/root/.npmrc --network=none \\
    npm ci

COPY --from=build --chown=1:1 a b
RUN <<EOF
ENV NOT=this
echo <<-X
EOF
FROM scratch
LABEL x=y
`);
  assert.deepEqual(shape(build), [
    ["ARG", -1, "BASE=node:24"],
    ["FROM", 0, ""],
    ["ARG", 0, "TOKEN="],
    ["ENV", 0, "A=1 B=two words C=th ree D=x"],
    ["ENV", 0, "OLD=the rest = of it"],
    ["RUN", 0, "mount=type=secret,id=npm,target=/root/.npmrc network=none"],
    ["COPY", 0, "from=build chown=1:1"],
    ["RUN", 0, ""],
    ["FROM", 1, ""],
    ["LABEL", 1, ""],
  ]);
  assert.equal(written(build.instructions[3]?.settings[1]?.value.span ?? build.span), '"two words"');
  assert.match(build.instructions[5]?.text.value ?? "", /none +npm ci$/);
});

test("another escape, Windows line ends, what does not end", () => {
  assert.deepEqual(shape(dockerfile("# escape=`\r\nFROM x\r\nENV A=1 `\r\n  B=c:\\\\x\r\nRUN dir `\r\n")), [
    ["FROM", 0, ""],
    ["ENV", 0, "A=1 B=c:\\\\x"],
    ["RUN", 0, ""],
  ]);
  assert.deepEqual(shape(dockerfile("FROM x\nRUN cat <<EOF\nENV A=1")), [
    ["FROM", 0, ""],
    ["RUN", 0, ""],
    ["ENV", 0, "A=1"],
  ]);
  const repository = repositoryOf({
    Dockerfile: "FROM x\nNONSENSE y\n{}\n",
    "Dockerfile.dockerignore": "x",
    "a.dockerfile": "FROM y",
  });
  assert.deepEqual(
    repository.diagnostics.map(({ id }) => id),
    ["syntax", "syntax"],
  );
  assert.deepEqual(
    repository.builds.map(({ file }) => file.path),
    ["Dockerfile", "a.dockerfile"],
  );
});

test("compose files, and those that are none", () => {
  const repository = repositoryOf({
    "compose.yaml": "services:\n  api:\n    build: {args: {T: x}}\n    environment: [A=b]\n",
    "docker-compose.override.yml": "just text",
    "sub/compose.prod.yml": `a: &a [${"x,".repeat(60)}]\n${Array.from({ length: 2 }, (_, at) => `b${at}: &${at === 0 ? "b0" : `b${at}`} [${Array.from({ length: 60 }, () => `*${at === 0 ? "a" : `b${at - 1}`}`).join(",")}]`).join("\n")}\n`,
  });
  assert.deepEqual(
    JSON.parse(
      JSON.stringify(
        jsonOf(
          repository.builds[0]?.value ?? {
            kind: "empty",
            span: { file: repository.files[0]!, start: 0, end: 0 },
          },
        ),
      ),
    ),
    {
      services: { api: { build: { args: { T: "x" } }, environment: ["A=b"] } },
    },
  );
  assert.deepEqual(
    repository.diagnostics.map(({ id }) => id),
    ["wrong-type", "too-large"],
  );
});

test("whatever a Dockerfile holds, every span lies in it", () => {
  const part = fc.constantFrom(
    "FROM a",
    "ARG A=1",
    "ENV A b",
    'ENV A="',
    "RUN --mount=type=secret,id=x y",
    "RUN <<EOF",
    "EOF",
    "\\",
    "`",
    "\n",
    "\r\n",
    " ",
    "# escape=`",
    "#",
    "=",
    "'",
    '"',
    "COPY --from=a b c",
    "--x",
    "\u2028",
    "\0",
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const build = dockerfile(parts.join(""));
      let last = 0;
      for (const { span, text, settings } of build.instructions) {
        assert.ok(last <= span.start && span.start <= text.span.start && text.span.end <= span.end);
        for (const { nameSpan, value, name } of settings) {
          assert.equal(written(nameSpan), name);
          assert.ok(value.span.start <= value.span.end && value.span.end <= span.end);
        }
        last = span.end;
      }
      JSON.stringify(plain(build));
    }),
    { numRuns: 300 },
  );
});
