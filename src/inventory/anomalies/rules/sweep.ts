import { rule, said } from "../types.ts";
import { byJob, name, whoIs, span } from "../words.ts";

const ID = "sweep";
/** Secrets remembered of one token. */
const MOST = 200;

interface Window {
  f: number;
  s: string[];
  /** It was spoken of. */
  x?: true;
}
/** Of an identity: the most that earlier windows had, and the one that is open. */
interface Habit {
  m: number;
  f: number;
  n: number;
}

export const sweep = rule({
  id: ID,
  title: "one token read many secrets quickly",
  severity: "high",
  reason: "Who has stolen a token takes all that it opens before it ends.",
  says: "… read … secrets within …; it never had read more than …",
  silent:
    "Who has read about as many before (backups, controllers that keep secrets in step), and the log's first week.",
  settings: {
    secrets: { kind: "count", default: "20", description: "different secrets read with one token" },
    within: { kind: "duration", default: "5m", description: "counted over this time" },
    factor: {
      kind: "count",
      default: "2",
      description: "and so many times what the same caller read before",
    },
    settled: {
      kind: "duration",
      default: "7d",
      description: "how long it learns, counted from the log's beginning",
    },
  },
  start: ({ secrets, within, factor, settled }, memory) => {
    const windows = memory.table<Window>(ID, 500);
    const habits = memory.table<Habit>(`${ID} habits`, 2_000);
    return {
      see: (access, history) => {
        const { who, secret, time } = access;
        if (secret === null || who === null) return null;
        let window = windows.get(who.token);
        if (window === undefined || Math.abs(time - window.f) > within) window = { f: time, s: [] };
        if (!window.s.includes(secret) && window.s.length < MOST) window.s.push(secret);
        windows.set(who.token, window);
        const habit = habitOf(habits.get(who.identity), { time, n: window.s.length, within });
        habits.set(who.identity, habit);
        if (window.x === true || window.s.length < Math.min(MOST, Math.max(secrets, habit.m * factor + 1)))
          return null;
        window.x = true;
        if (time - history.since < settled) return null;
        return said(access, {
          subject: who.identity,
          text: `${whoIs(who)} read ${window.s.length} secrets within ${span(Math.max(1_000, time - window.f))}, ${name(secret)} the last of them; before that never more than ${habit.m} at a time${byJob(access)}`,
        });
      },
    };
  },
});

function habitOf(
  before: Habit | undefined,
  { time, n, within }: { readonly time: number; readonly n: number; readonly within: number },
): Habit {
  if (before === undefined) return { m: 0, f: time, n };
  if (Math.abs(time - before.f) <= within) return { ...before, n: Math.max(before.n, n) };
  return { m: Math.max(before.m, before.n), f: time, n };
}
