/** The detector alone as a scanner of content: plain bytes, no formats. */
import { createDetector } from "../detect/detector.ts";
import type { RawMatch } from "../detect/types.ts";
import { providers } from "../providers/index.ts";
import type { HistoryScanner } from "./history/types.ts";
import { PositionCounter } from "./places.ts";
import type { Found } from "./types.ts";

export function detectorScanner(): HistoryScanner {
  const detector = createDetector({ providers });
  const place = (matches: readonly RawMatch[], counter: PositionCounter): Found[] =>
    matches.map((match) => {
      const start = counter.at(match.offset);
      const end = counter.at(match.offset + match.length);
      const { line, column } = start;
      return { match, line, column, endLine: end.line, endColumn: end.column, offset: match.offset };
    });
  const counterOf = (matches: readonly RawMatch[]): PositionCounter =>
    new PositionCounter(matches.flatMap(({ offset, length }) => [offset, offset + length]));
  return {
    rules: detector.rules,
    mayNeedFormat: () => false,
    scanner: {
      needsFormat: () => false,
      plain(bytes) {
        const matches = detector.scan(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
        if (matches.length === 0) return [];
        const counter = counterOf(matches);
        counter.push(bytes);
        return place(matches, counter);
      },
      async scan({ source }) {
        const stream = detector.stream();
        const matches: RawMatch[] = [];
        let bytes = 0;
        for await (const chunk of source.chunks()) {
          bytes += chunk.length;
          matches.push(...stream.push(chunk));
        }
        matches.push(...stream.end());
        const counter = counterOf(matches);
        if (matches.length > 0) for await (const chunk of source.chunks()) counter.push(chunk);
        return { found: place(matches, counter), bytes, unread: [] };
      },
    },
  };
}
