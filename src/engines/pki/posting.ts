/** An operation that a path takes in both of the ways in which clients write. */
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";

export const posting = (work: (call: Call) => Promise<Reply>): PathDeclaration["operations"] => ({
  create: work,
  update: work,
});
