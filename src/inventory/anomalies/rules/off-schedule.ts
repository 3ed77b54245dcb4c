import { rule, said } from "../types.ts";
import { byJob, name } from "../words.ts";

const ID = "off-schedule";
const DAY = 86_400_000;
const HOURS = 24;

interface Habit {
  /** First access, the last day counted, and on how many days. */
  f: number;
  l: number;
  d: number;
  /** Days with an access in that hour: those of working days, then those of Saturdays and Sundays. */
  h: number[];
}

export const offSchedule = rule({
  id: ID,
  title: "a stage fetched secrets at an hour at which it never runs",
  severity: "medium",
  reason: "What runs by a schedule or in working hours is started at another hour by somebody else.",
  says: "… fetched … at … UTC on a …; on … days it never had within … of that hour",
  silent:
    "A stage that has run at all hours, or on few days so far, and a run that is late by less than the slack.",
  settings: {
    days: {
      kind: "count",
      default: "10",
      description: "days of the same sort (working days, weekends) that it must know",
    },
    slack: { kind: "duration", default: "2h", description: "how far from a known hour is still on time" },
    roaming: {
      kind: "count",
      default: "12",
      description: "so many hours in use mean that there is no schedule",
    },
  },
  start: ({ days, slack, roaming }, memory) => {
    const habits = memory.table<Habit>(ID, 2_000);
    const around = Math.ceil(slack / 3_600_000);
    return {
      see: (access) => {
        const { who, secret, time } = access;
        if (secret === null || who === null || who.metadata.stage === undefined) return null;
        const date = new Date(time);
        const weekend = date.getUTCDay() % 6 === 0;
        const from = weekend ? HOURS : 0;
        const hour = date.getUTCHours();
        const habit = habits.get(who.identity) ?? {
          f: time,
          l: 0,
          d: 0,
          h: Array.from({ length: 2 * HOURS }, () => 0),
        };
        const mine = habit.h.slice(from, from + HOURS);
        const used = mine.filter((count) => count > 0).length;
        const near = Array.from({ length: 2 * around + 1 }, (_, n) => (hour + n - around + HOURS) % HOURS);
        const known = Math.max(...mine, 0);
        const strange = known >= days && used < roaming && near.every((one) => mine[one] === 0);
        const today = Math.floor(time / DAY) * HOURS + hour;
        if (habit.l !== today) {
          habit.h[from + hour] = (habit.h[from + hour] ?? 0) + 1;
          habit.l = today;
        }
        habits.set(who.identity, habit);
        if (!strange) return null;
        return said(access, {
          subject: `${who.identity} ${weekend ? "weekend" : "day"} ${hour}`,
          text: `${name(who.identity)} fetched ${name(secret)} at ${date.toISOString().slice(11, 16)} UTC on a ${weekend ? "weekend" : "working day"}; on ${known} such days it ran at ${hoursOf(mine)} UTC alone${byJob(access)}`,
        });
      },
    };
  },
});

/** `02, 03` */
const hoursOf = (counts: readonly number[]): string =>
  counts.flatMap((count, hour) => (count > 0 ? [String(hour).padStart(2, "0")] : [])).join(", ");
