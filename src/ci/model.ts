/**
 * The one model of a repository's pipelines, whatever CI system wrote them: repository → workflow → trigger (who can start it, whose
 * code runs) → job → step, with credentials and identities, permissions, environments, artifacts, caches, references to actions and
 * reusable workflows, runners and containers. Adapters make it, checks and everything after them see nothing else; every node carries the
 * exact span it was read from. What files cannot tell is `unknown` or null, never a guess.
 */
export type * from "./model/authority.ts";
export type * from "./model/files.ts";
export type * from "./model/host.ts";
export type * from "./model/reference.ts";
export type * from "./model/source.ts";
export type * from "./model/workflow.ts";
export type * from "./expression/types.ts";
