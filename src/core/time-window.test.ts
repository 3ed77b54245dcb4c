/** Windows of the week: days, bounds, what is refused, and that the next opening is open. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { isInWindow, nextOpening, parseTimeWindow } from "./time-window.ts";

const at = (text: string): number => Date.parse(`${text}Z`);
function open(window: string, when: string): boolean {
  const parsed = parseTimeWindow(window);
  assert.ok(parsed !== null, window);
  return isInWindow(parsed, at(when));
}

test("a window is open from its first minute to before its last", () => {
  // 2026-11-16 is a Monday
  for (const [window, when, expected] of [
    ["Mon-Thu 08:00-16:00", "2026-11-16T08:00:00", true],
    ["Mon-Thu 08:00-16:00", "2026-11-16T07:59:59", false],
    ["Mon-Thu 08:00-16:00", "2026-11-19T15:59:59", true],
    ["Mon-Thu 08:00-16:00", "2026-11-19T16:00:00", false],
    ["Mon-Thu 08:00-16:00", "2026-11-20T09:00:00", false],
    ["Sat,Sun 00:00-24:00", "2026-11-22T23:59:59", true],
    ["Fri-Mon 22:00-23:30", "2026-11-16T22:10:00", true],
    ["Fri-Mon 22:00-23:30", "2026-11-18T22:10:00", false],
    ["Mon,Wed-Thu 00:00-00:01", "2026-11-18T00:00:30", true],
    ["Mon,Wed-Thu 00:00-00:01", "2026-11-17T00:00:30", false],
  ] as const)
    assert.equal(open(window, when), expected, `${window} ${when}`);
});

test("what is no window is none", () => {
  for (const text of [
    "",
    "Mon",
    "Mon 8:00-9:00",
    "Mon 09:00-08:00",
    "Mon 09:00-09:00",
    "Mon 09:00-24:01",
    "Mon 24:00-24:00",
    "Mam 08:00-09:00",
    "Mon-Mam 08:00-09:00",
    "Mon-Tue-Wed 08:00-09:00",
    "Mon 08:00-09:00 ",
    "mon 08:00-09:00",
  ])
    assert.equal(parseTimeWindow(text), null, text);
});

test("the next opening is open, lies ahead, and nothing between is open", () => {
  const days = fc.subarray(["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"], { minLength: 1 });
  const hours = fc.tuple(fc.integer({ min: 0, max: 22 }), fc.integer({ min: 1, max: 5 }));
  fc.assert(
    fc.property(days, hours, fc.integer({ min: 0, max: 4e12 }), (names, [hour, length], now) => {
      const two = (n: number): string => String(n).padStart(2, "0");
      const text = `${names.join(",")} ${two(hour)}:00-${two(Math.min(24, hour + length))}:00`;
      const window = parseTimeWindow(text);
      assert.ok(window !== null, text);
      const next = nextOpening(window, now);
      assert.ok(next >= now && isInWindow(window, next));
      for (let step = 1; step < 8; step++) {
        const between = Math.floor(now + ((next - now) * step) / 8);
        if (between < next && next > now) assert.ok(!isInWindow(window, between));
      }
    }),
  );
});
