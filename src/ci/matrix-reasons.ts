/** Why a check has nothing to find in an adapter's files, where that does not follow from the check itself. `*`: all others than those with fixtures. */
const NO_PIPELINE = "it is about what goes into images, which no pipeline file says";

export const reasons: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "image-secret-variable": { "*": NO_PIPELINE },
  "image-secret-command": { "*": NO_PIPELINE },
  "image-secret-file": { "*": NO_PIPELINE },
  "compose-literal-secret": {
    "*": "only compose files have services with variables; what jobs are given has a check of its own",
  },
  "infrastructure-literal-secret": { "*": "it is about resources, which these files do not make" },
};
