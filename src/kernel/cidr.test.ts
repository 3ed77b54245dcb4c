/** Networks: what is one, and what lies in it. */
import assert from "node:assert/strict";
import test from "node:test";
import { checkCidrs, withinCidrs } from "./cidr.ts";

test("what is no address or network is refused when it is written", () => {
  const fine = ["10.0.0.1", "10.0.0.0/8", "0.0.0.0/0", "10.0.0.1/32", "::1", "fd00::/8", "::/0", "::1/128"];
  checkCidrs(fine);
  for (const bad of [
    "",
    "x",
    "10.0.0",
    "10.0.0.0/33",
    "::/129",
    "10.0.0.0/-1",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "10.0.0.0/1e0",
  ])
    assert.throws(() => checkCidrs([...fine, bad]), { code: "request.invalid" }, bad);
});

test("an address lies in one of the networks, or it does not; what cannot be read lies in none", () => {
  const rows: [string, string[], boolean][] = [
    ["192.0.2.1", [], true],
    ["10.1.2.3", ["10.0.0.0/8"], true],
    ["11.1.2.3", ["10.0.0.0/8"], false],
    ["11.1.2.3", ["10.0.0.0/8", "11.0.0.0/8"], true],
    ["10.0.0.1", ["10.0.0.1"], true],
    ["10.0.0.2", ["10.0.0.1"], false],
    ["fd00::1", ["fd00::/8"], true],
    ["fe80::1", ["fd00::/8"], false],
    ["::ffff:10.1.2.3", ["10.0.0.0/8"], true],
    ["::FFFF:11.1.2.3", ["10.0.0.0/8"], false],
    ["10.1.2.3", ["::ffff:10.0.0.0/104"], true],
    ["11.1.2.3", ["::ffff:10.0.0.0/104"], false],
    ["10.1.2.3", ["::ffff:a00:0/104"], true],
    ["::ffff:a01:203", ["10.0.0.0/8"], true],
    ["10.1.2.3", ["::ffff:10.1.2.3"], true],
    ["10.1.2.4", ["::ffff:10.1.2.3"], false],
    ["10.1.2.3", ["::/0"], false],
    ["::ffff:10.1.2.3", ["::/0"], false],
    ["10.1.2.3", ["::ffff:0:0/95"], false],
    ["10.1.2.3", ["::ffff:0:0/96"], true],
    ["10.1.2.3", ["::/0", "10.0.0.0/8"], true],
    ["fd00::1", ["::/0"], true],
    ["fd00::1", ["0.0.0.0/0"], false],
    ["local", ["127.0.0.0/8"], true],
    ["local", ["10.0.0.0/8"], false],
    ["", ["0.0.0.0/0", "::/0"], false],
    ["x", ["0.0.0.0/0", "::/0"], false],
    ["10.0.0.1", ["x"], false],
  ];
  for (const [remote, cidrs, within] of rows)
    assert.equal(withinCidrs(remote, cidrs), within, `${remote} in ${cidrs.join(" ")}`);
});
