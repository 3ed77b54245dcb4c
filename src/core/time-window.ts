/** Windows of time in the week, in UTC: `Mon-Thu 08:00-16:00`, `Sat,Sun 00:00-24:00`, `Fri-Mon 22:00-23:30`. */

export const WINDOW_PATTERN =
  /^((?:[A-Z][a-z]{2})(?:-[A-Z][a-z]{2})?(?:,[A-Z][a-z]{2}(?:-[A-Z][a-z]{2})?)*) ([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))$/;

export interface TimeWindow {
  /** 0 is Sunday. */
  readonly days: ReadonlySet<number>;
  /** Minutes of the day; `from` is inside, `to` is not. */
  readonly from: number;
  readonly to: number;
}

const DAYS: readonly string[] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MINUTE = 60_000;
const DAY_MINUTES = 1_440;
const WEEK_MINUTES = 7 * DAY_MINUTES;

/** null for what is no window: unknown days, or an end that is not after its beginning. */
export function parseTimeWindow(text: string): TimeWindow | null {
  const found = WINDOW_PATTERN.exec(text);
  if (found === null) return null;
  const days = new Set<number>();
  for (const span of (found[1] ?? "").split(",")) {
    const [first = "", last = first] = span.split("-");
    const [start, end] = [DAYS.indexOf(first), DAYS.indexOf(last)];
    if (start < 0 || end < 0) return null;
    for (let day = start; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === end) break;
    }
  }
  const minutes = (hour: string | undefined, minute: string | undefined): number =>
    Number(hour) * 60 + Number(minute);
  const from = minutes(found[2], found[3]);
  const to = minutes(found[4] ?? found[6], found[5] ?? found[7]);
  return to > from ? { days, from, to } : null;
}

/** `now` in milliseconds since the epoch. */
export function isInWindow({ days, from, to }: TimeWindow, now: number): boolean {
  const date = new Date(now);
  const minute = date.getUTCHours() * 60 + date.getUTCMinutes();
  return days.has(date.getUTCDay()) && minute >= from && minute < to;
}

/** When it is next open, in milliseconds since the epoch; `now` itself while it is. */
export function nextOpening(window: TimeWindow, now: number): number {
  if (isInWindow(window, now)) return now;
  const midnight = Math.floor(now / (DAY_MINUTES * MINUTE)) * DAY_MINUTES * MINUTE;
  for (let day = 0; day * DAY_MINUTES <= WEEK_MINUTES; day++) {
    const opens = midnight + (day * DAY_MINUTES + window.from) * MINUTE;
    if (opens > now && window.days.has(new Date(opens).getUTCDay())) return opens;
  }
  throw new TypeError("a window has at least one day");
}
