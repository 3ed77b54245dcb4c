import assert from "node:assert/strict";
import test from "node:test";
import { fake } from "../../test/support/fake.ts";
import { commandsOf, compileMasks, type Masker, registerLines } from "./index.ts";

const LATE = fake("late", 16);

function through(masker: Masker, chunks: readonly string[]): string {
  const out = chunks.flatMap((chunk) => masker.push(Buffer.from(chunk)));
  return Buffer.concat([...out, ...masker.flush()]).toString();
}

test("where commands come from", () => {
  assert.deepEqual(commandsOf({ GITHUB_ACTIONS: "true" }), { forward: "github" });
  assert.deepEqual(commandsOf({ TF_BUILD: "True" }), { forward: "azure" });
  assert.deepEqual(commandsOf({ CI: "true" }), { forward: null });
});

test("a job's own mask holds from its line on, in every stream, however the line is cut", () => {
  const text = `${LATE} before\n  ::add-mask::${LATE}\nthen ${LATE} and ${Buffer.from(LATE).toString("base64")}\n`;
  const want = `${LATE} before\n  then *** and ***\n`;
  for (let size = 1; size <= text.length; size++) {
    const masks = compileMasks({ values: [], commands: { forward: null } });
    const other = masks.masker();
    const chunks = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
    assert.equal(through(masks.masker(), chunks), want, `chunks of ${size}`);
    assert.equal(through(other, [LATE]), "***");
  }
});

test("in the CI system the line goes on to it as it is, and begins a line there", () => {
  const masks = compileMasks({ values: [Buffer.from("swordfish-9")], commands: { forward: "github" } });
  const line = `::add-mask::${LATE}\n`;
  assert.equal(through(masks.masker(), [`a swordf\n${line}${LATE}`]), `a swordf\n${line}***`);
  const azure = compileMasks({ values: [], commands: { forward: "github" } });
  assert.equal(
    through(azure.masker(), [`##vso[task.setsecret]${LATE}\n${LATE}`]),
    "***",
    "another system's is swallowed",
  );
});

test("escaped line ends and the last line without one", () => {
  const masks = compileMasks({ values: [], commands: { forward: null } });
  const two = [fake("", 20), fake("", 20)];
  assert.equal(
    through(masks.masker(), [`::add-mask::${two.join("%0A")}\n${two.join("\n")} ${two[1]}`]),
    "*** ***",
  );
  const masker = masks.masker();
  assert.equal(through(masker, [`::add-mask::${LATE}`]), "");
  assert.equal(through(masker, [LATE]), "***");
});

test("what only looks like one is output, and lines pass at once", () => {
  const masks = compileMasks({ values: [], commands: { forward: null } });
  const push = (masker: Masker, text: string): string =>
    Buffer.concat(masker.push(Buffer.from(text))).toString();
  const masker = masks.masker();
  assert.equal(push(masker, "echo ::add-mask::"), "echo ::add-mask::");
  assert.equal(push(masker, `${LATE}\n`), `${LATE}\n`);
  assert.equal(push(masker, ":"), "", "may become one");
  assert.equal(push(masker, ") done"), ":) done");
  assert.equal(push(masker, "::add"), "::add", "inside a line");
  assert.equal(push(masker, "\n   "), "\n   ");
  assert.equal(push(masker, "::add-mask::no"), "");
  assert.equal(push(masker, "\n12345 no"), "12345 no", "too short to mask");
});

test("what the CI's own masker is told: each line once, no short ones, its own escapes", () => {
  const value = Buffer.from(`${LATE}\nabc\n100%-${LATE}\r\n${LATE}`);
  const lines = `::add-mask::${LATE}\n::add-mask::100%25-${LATE}\n`;
  assert.equal(registerLines({ forward: "github" }, [value, Buffer.from("password")]).toString(), lines);
  assert.equal(registerLines({ forward: null }, [value]).length, 0);
});
