/** Flags that `run` and `litmus` have in common. */
import type { Level } from "../../run/isolate.ts";
import type { FlagSet } from "../command.ts";

export const LEVELS = ["0", "1", "2", "3"] as const;

export const stageFlag = {
  stage: {
    kind: "text",
    short: "s",
    placeholder: "stage",
    brief: "the stage, where it is not the argument",
  },
} as const satisfies FlagSet;

/** As options of a run: empty where none was asked for. */
export const levelOf = (flag: (typeof LEVELS)[number] | undefined): { readonly level?: Level } =>
  flag === undefined ? {} : { level: Number(flag) as Level };
