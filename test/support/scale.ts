/** Counts for tests that repeat: small ones in `npm test`, full ones in `npm run test:long`. */
export const long = process.env.BULKHEAD_TEST_SCALE === "long";
export const scale = (small: number, full: number): number => (long ? full : small);
