/** The secrets engines. One line each, with what the kernel must know of one before it loads it. */
import type { LazyPlugin } from "../kernel/plugin.ts";

// biome-ignore format: one line each
export const engines: readonly LazyPlugin[] = [
  { type: "system", builtinAt: "sys/", description: "system endpoints used for control, policy and debugging", load: async () => (await import("./sys/index.ts")).sys },
  { type: "cubbyhole", builtinAt: "cubbyhole/", description: "per-token private secret storage", keepsPerToken: true, load: async () => (await import("./cubbyhole/index.ts")).cubbyhole },
  { type: "kv", load: async () => (await import("./kv/index.ts")).kv },
  { type: "bulkhead-projects", builtinAt: "bulkhead/projects/", description: "Declared projects and what apply made of them", load: async () => (await import("./projects/index.ts")).projects },
  { type: "bulkhead-runs", builtinAt: "bulkhead/runs/", description: "Runs of stages and the revocation of their tokens", load: async () => (await import("./runs/index.ts")).runs },
  { type: "bulkhead-findings", builtinAt: "bulkhead/findings/", description: "Recognises stored secrets by digest, keeps what scans found", load: async () => (await import("./findings/index.ts")).findings },
  { type: "bulkhead-alerts", builtinAt: "bulkhead/alerts/", description: "What is unusual in the audit log, and whom it is told", watches: true, load: async () => (await import("./alerts/index.ts")).alerts },
  { type: "bulkhead-incidents", builtinAt: "bulkhead/incidents/", description: "Incidents as they are worked off, and their records", load: async () => (await import("./incidents/index.ts")).incidents },
  { type: "bulkhead-rotations", builtinAt: "bulkhead/rotations/", description: "Replaces credentials at their providers", load: async () => (await import("./rotations/index.ts")).rotations },
  { type: "bulkhead-inventory", builtinAt: "bulkhead/inventory/", description: "Keeps what pipelines hold, where values were pushed, what keys may do", load: async () => (await import("./inventory/index.ts")).inventory },
  { type: "transit", load: async () => (await import("./transit/index.ts")).transit },
  { type: "bulkhead-approvals", builtinAt: "bulkhead/approvals/", description: "Logins that wait for another person", load: async () => (await import("./approvals/index.ts")).approvals },
  { type: "identity", builtinAt: "identity/", description: "identity store", load: async () => (await import("./identity/index.ts")).identity },
  { type: "database", load: async () => (await import("./database/index.ts")).database },
  { type: "aws", load: async () => (await import("./aws/index.ts")).aws },
  { type: "pki", load: async () => (await import("./pki/index.ts")).pki },
];
