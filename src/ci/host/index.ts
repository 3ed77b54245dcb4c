/** The facts of hosts, one file each. */
import type { HostFacts, Slug } from "../model.ts";
import type { HostApi } from "./api.ts";
import { readGithub } from "./github.ts";
import { readGitlab } from "./gitlab.ts";

export { type HostApi, UNKNOWN_FACTS } from "./api.ts";

export type HostKind = "github" | "gitlab";

const READERS: Readonly<Record<HostKind, (api: HostApi, slug: Slug) => Promise<HostFacts>>> = {
  github: readGithub,
  gitlab: readGitlab,
};

/** Throws `ci.host-refused` when the repository itself cannot be read. */
export const readHost = (kind: HostKind, api: HostApi, slug: Slug): Promise<HostFacts> =>
  READERS[kind](api, slug);
