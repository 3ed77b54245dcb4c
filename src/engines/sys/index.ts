/** The system backend at `sys/`: health and seal, mounts, policies, capabilities, leases. Always there; partly while sealed. */
import type { PluginType } from "../../kernel/plugin.ts";
import { auditPaths } from "./audit.ts";
import { capabilityPaths } from "./capabilities.ts";
import { leasePaths } from "./leases.ts";
import { lockoutPaths } from "./lockouts.ts";
import { mountPaths } from "./mounts.ts";
import { openApiPath } from "./openapi.ts";
import { quotaPaths } from "./quotas.ts";
import { policyPaths } from "./policies.ts";
import { sealPaths } from "./seal.ts";
import { snapshotPaths } from "./snapshot.ts";
import { uiPaths } from "./ui.ts";
import { wrappingPaths } from "./wrapping.ts";

export const sys: PluginType = {
  type: "system",
  title: "System",
  description: "system endpoints used for control, policy and debugging",
  builtinAt: "sys/",
  create: ({ services, clock }) => ({
    paths: [
      ...sealPaths(services, clock),
      ...snapshotPaths(services.snapshots),
      ...mountPaths(services.mounts),
      ...policyPaths(services.policies),
      ...capabilityPaths(services.access, services.tokens),
      ...leasePaths(services.leases, services.mounts, clock),
      ...wrappingPaths(services.wrapping),
      ...uiPaths(services.mounts, services.access),
      ...auditPaths(services.auditHash, services.auditDevices),
      ...lockoutPaths(services.lockouts),
      ...quotaPaths(services.quotas, services.mounts),
      openApiPath(services.mounts, async () => (await services.seal.status()).version),
    ],
  }),
};
