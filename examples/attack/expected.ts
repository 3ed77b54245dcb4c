/**
 * What the replayed attack gets, by the way the job is started: written down before the first replay, and compared with what the sink
 * counted. A figure is how many of the planted values arrived at the sink.
 */

/** `3`: at level 3 nothing arrives at all, since the upload itself does not. */
export const WAYS = ["bare", "loader", "0", "1", "2", "decoys", "3"] as const;
export type Way = (typeof WAYS)[number];

export const WAY_NAMES: Readonly<Record<Way, string>> = {
  bare: "bare",
  loader: ".env loader",
  "0": "level 0",
  "1": "level 1",
  "2": "level 2",
  decoys: "2, decoys",
  "3": "level 3",
};

export type RowName =
  | "variables"
  | "dotenv"
  | "parent"
  | "memory"
  | "inspector"
  | "home"
  | "seal"
  | "agent"
  | "docker"
  | "metadata"
  | "fakes";

export const ROW_NAMES: Readonly<Record<RowName, string>> = {
  variables: "the thirteen variables",
  dotenv: "another .env file of the project",
  parent: "the parent's environment",
  memory: "the parent's memory",
  inspector: "the parent's debugger, by a signal",
  home: "credential files in the home folder",
  seal: "Bulkhead's seal key",
  agent: "the ssh agent",
  docker: "the container daemon's socket",
  metadata: "the metadata service",
  fakes: "fake files, different at every run",
};

/** Columns as in WAYS. Stage `train` declares two of the thirteen: a job can read what it is given. */
export const EXPECTED: Readonly<Record<RowName, readonly number[]>> = {
  variables: [13, 13, 2, 2, 2, 2, 0],
  dotenv: [1, 1, 1, 1, 0, 0, 0],
  parent: [1, 1, 1, 0, 0, 0, 0],
  memory: [1, 1, 1, 0, 0, 0, 0],
  inspector: [1, 1, 1, 0, 0, 0, 0],
  home: [24, 24, 24, 24, 0, 0, 0],
  seal: [1, 1, 1, 1, 0, 0, 0],
  agent: [1, 1, 1, 1, 0, 0, 0],
  docker: [1, 1, 1, 1, 0, 0, 0],
  metadata: [1, 1, 1, 1, 1, 1, 0],
  fakes: [0, 0, 0, 0, 0, 16, 0],
};
