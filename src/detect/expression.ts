/** JavaScript's own expressions as the engine uses them, at one place at a time; made when first needed, for most are never. */
import type { Expression, ExpressionMatch } from "./types.ts";

export function javascriptExpression(pattern: string): Expression {
  let sticky: RegExp | null = null;
  let exact: RegExp | null = null;
  let grouped = false;
  return {
    exec(text, from): ExpressionMatch | null {
      if (sticky === null) {
        sticky = new RegExp(pattern, "y");
        grouped = /\((?!\?)|\(\?<[A-Za-z_$]/.test(pattern);
      }
      sticky.lastIndex = from;
      const match = sticky.exec(text);
      if (match === null) return null;
      const whole = { index: match.index, start: match.index, end: match.index + match[0].length };
      if (!grouped) return whole;
      // Where the group stands costs more to ask for: only of what matched.
      exact ??= new RegExp(pattern, "dy");
      exact.lastIndex = match.index;
      const [start, end] = exact.exec(text)?.indices?.[1] ?? [whole.start, whole.end];
      return { index: match.index, start, end };
    },
  };
}
