import { locate } from "../spans.ts";
import type { Check } from "./types.ts";

const RUN_TOKEN = /CI_JOB_TOKEN|CI_REPOSITORY_URL/;

export const gitlabJobTokenPush: Check = {
  id: "gitlab-job-token-push",
  class: "B",
  title: "a job pushes to the repository with its own token",
  severity: "medium",
  confidence: "high",
  attack:
    "The setting that allows it allows it to every job of the project: whatever a job runs can change the code that the next ones run.",
  mend: "Push with a project's access token or deploy key that only this job's protected environment holds, and switch the setting off.",
  systems: ["gitlab-ci"],
  job({ steps }, report) {
    let remote: string | null = null;
    for (const { run } of steps)
      for (const { words, start, end } of run?.commands ?? []) {
        if (run === null || words[0] !== "git") continue;
        const at = () => locate(run.text, start, end);
        const token = words.find((word) => RUN_TOKEN.test(word));
        if (words[1] === "remote" && token !== undefined)
          remote =
            words[2] === "set-url"
              ? (words.find((word, index) => index > 2 && !word.startsWith("-")) ?? null)
              : (words[3] ?? null);
        else if (
          words.includes("push") &&
          (token !== undefined || (remote !== null && pushesTo(words, remote)))
        )
          report({
            span: at(),
            subject: "CI_JOB_TOKEN",
            message: "the job's own token pushes to the repository",
          });
      }
  },
};

/** A push without a remote goes to origin. */
const pushesTo = (words: readonly string[], remote: string): boolean => {
  const named = words.slice(words.indexOf("push") + 1).filter((word) => !word.startsWith("-"));
  return (named[0] ?? "origin") === remote;
};
