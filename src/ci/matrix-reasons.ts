/** Why a check has nothing to find in an adapter's files, where that does not follow from the check itself. `*`: all others than those with fixtures. */
const NO_PIPELINE = "it is about what goes into images, which no pipeline file says";

export const reasons: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "image-secret-variable": { "*": NO_PIPELINE },
  "image-secret-command": { "*": NO_PIPELINE },
  "image-secret-file": { "*": NO_PIPELINE },
  "compose-literal-secret": {
    "*": "only compose files have services with variables; what jobs are given has a check of its own",
  },
  "broad-trust-policy": {
    "*": "it is about policies, wherever they stand: its pair is read by the policies' adapter",
  },
  "secret-name-generic": {
    "*": "it is about names of a repository's secrets, which GitHub's workflows show",
  },
  "secret-shared-across-environments": {
    "*": "it compares what jobs of several environments hold, which only pipelines say",
  },
  "dependabot-cooldown": { "*": "it is about dependabot.yml alone" },
  "dependabot-execution": { "*": "it is about dependabot.yml alone" },
  "unknown-ref": { "*": "it is about actions in the lock, which only GitHub's workflows name" },
  "infrastructure-literal-secret": { "*": "it is about resources, which these files do not make" },
};
