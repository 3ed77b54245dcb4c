/** The secrets engines. One line each; the kernel is handed this list. */
import type { PluginType } from "../kernel/plugin.ts";
import { approvals } from "./approvals/index.ts";
import { aws } from "./aws/index.ts";
import { cubbyhole } from "./cubbyhole/index.ts";
import { database } from "./database/index.ts";
import { findings } from "./findings/index.ts";
import { identity } from "./identity/index.ts";
import { kv } from "./kv/index.ts";
import { pki } from "./pki/index.ts";
import { projects } from "./projects/index.ts";
import { runs } from "./runs/index.ts";
import { sys } from "./sys/index.ts";
import { transit } from "./transit/index.ts";

export const engines: readonly PluginType[] = [
  sys,
  cubbyhole,
  kv,
  projects,
  runs,
  findings,
  transit,
  approvals,
  identity,
  database,
  aws,
  pki,
];
