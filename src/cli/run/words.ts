/** Names, each list of them separated by commas. */
export const words = (lists: readonly string[]): string[] =>
  lists.flatMap((names) => names.split(",")).filter((name) => name !== "");
