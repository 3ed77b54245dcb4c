/** The registry of adapters: one line each. */
import { cloudformation } from "./cloudformation/index.ts";
import { docker } from "./docker/index.ts";
import { githubActions } from "./github/index.ts";
import { gitlabCi } from "./gitlab/index.ts";
import { policyFiles } from "./policies/index.ts";
import { terraform } from "./terraform/index.ts";
import type { Adapter } from "./types.ts";

export const adapters: readonly Adapter[] = [
  githubActions,
  gitlabCi,
  docker,
  terraform,
  cloudformation,
  policyFiles,
];
