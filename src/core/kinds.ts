/** Credential kinds (requirement A1) and what the compromise of each enables; scan, plan, inventory and docs print these. */
export const kinds = {
  "model-api": {
    title: "model API key",
    enables: "unauthorised use, cost abuse, data exfiltration through prompts",
    rotate: "90d",
  },
  "model-registry": {
    title: "model registry token",
    enables: "tampered models, supply-chain attack, theft of models",
    rotate: "90d",
  },
  "training-data": {
    title: "training-data credential",
    enables: "exfiltration or poisoning of training data",
    rotate: "90d",
  },
  "vector-database": {
    title: "vector-database key",
    enables: "a poisoned knowledge base, exfiltration of documents",
    rotate: "90d",
  },
  "experiment-tracker": {
    title: "experiment-tracker key",
    enables: "theft of hyperparameters and results, manipulated experiments",
    rotate: "180d",
  },
  embedding: {
    title: "embedding service key",
    enables: "cost abuse, exfiltration through inputs",
    rotate: "90d",
  },
  observability: {
    title: "evaluation and observability key",
    enables: "reading of prompts, traces and evaluations",
    rotate: "180d",
  },
  "object-store": {
    title: "object-store credential",
    enables: "reading or replacing data sets, checkpoints and artifacts",
    rotate: "90d",
  },
  "service-account": {
    title: "pipeline service account",
    enables: "the whole pipeline: its models and its data",
    rotate: "90d",
  },
  database: {
    title: "database credential",
    enables: "reading or changing the data behind it",
    rotate: "90d",
  },
  cloud: {
    title: "cloud credential",
    enables: "whatever the cloud identity may do: data, compute, identities",
    rotate: "90d",
  },
  "package-registry": {
    title: "package-registry token",
    enables: "publishing poisoned packages to everyone who installs them",
    rotate: "90d",
  },
  "source-control": {
    title: "source-control token",
    enables: "reading or changing source code and its pipelines",
    rotate: "90d",
  },
  signing: { title: "signing key", enables: "signing what others will trust", rotate: "365d" },
  webhook: {
    title: "webhook address or secret",
    enables: "posting in the service's name, forging its events",
    rotate: "365d",
  },
  generic: { title: "credential", enables: "whatever it opens", rotate: "180d" },
} as const satisfies Record<string, { title: string; enables: string; rotate: string }>;

export type Kind = keyof typeof kinds;
export const isKind = (text: string): text is Kind => Object.hasOwn(kinds, text);
