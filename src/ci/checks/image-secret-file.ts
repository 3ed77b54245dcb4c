import { locate } from "../spans.ts";
import type { Check } from "./types.ts";

const FILES =
  /(?:^|\/)(?:\.env(?!\.(?:example|sample|template|dist)$)(?:\.[\w-]+)?|\.npmrc|\.pypirc|\.netrc|\.git-credentials|\.pgpass|id_(?:rsa|dsa|ecdsa|ed25519)|kubeconfig|credentials\.json|service[-_]account(?:[-_]key)?\.json|[\w.-]+\.(?:p12|pfx|jks|keystore|kdbx|tfstate))$|(?:^|\/)\.(?:aws|ssh|kube|docker|gnupg)(?:\/|$)/;

export const imageSecretFile: Check = {
  id: "image-secret-file",
  class: "A",
  title: "a file that holds credentials is copied into an image",
  severity: "high",
  confidence: "medium",
  attack:
    "Every layer is kept: whoever can pull the image takes the file out of it, also when a later command deletes it.",
  mend: "Mount it for the one command that needs it (`RUN --mount=type=secret,id=NAME,target=PATH`), or give it to the container when it starts.",
  repository({ builds }, report) {
    for (const { instructions } of builds) {
      const last = instructions.at(-1)?.stage ?? -1;
      for (const { name, text, settings, stage } of instructions) {
        if (name !== "COPY" && name !== "ADD") continue;
        // What another stage made is that stage's matter.
        if (settings.some((one) => one.name === "from")) continue;
        const words = [...text.value.matchAll(/"([^"\n]+)"|[^\s"[\],]+/g)]
          .map((match) => ({ word: match[1] ?? match[0], at: match.index }))
          .filter(({ word }) => !word.startsWith("--"));
        for (const { word, at } of words.slice(0, -1)) {
          if (!FILES.test(word)) continue;
          report({
            span: locate(text, at, at + word.length),
            subject: word,
            pedantic: stage !== last,
            ...(stage !== last && { severity: "low" as const }),
            message: `${word} becomes part of ${stage === last ? "the image" : "a stage that the build's cache keeps"}`,
          });
        }
      }
    }
  },
};
