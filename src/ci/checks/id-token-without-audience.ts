import type { Check } from "./types.ts";

export const idTokenWithoutAudience: Check = {
  id: "id-token-without-audience",
  class: "B",
  title: "an ID token is not made for anybody",
  severity: "medium",
  confidence: "high",
  attack:
    "One token for several services, or one that is not bound to any, can be used by whoever receives it at all the others.",
  mend: "Give each token the one `aud` of the service that takes it, and another token to the next service.",
  systems: ["gitlab-ci"],
  job({ idTokens }, report) {
    for (const { name, span, audiences } of idTokens) {
      if (audiences.length === 0) report({ span, subject: name, message: `\`${name}\` has no \`aud\`` });
      else if (audiences.length > 1)
        report({
          span,
          subject: name,
          severity: "low",
          pedantic: true,
          message: `\`${name}\` is made for ${audiences.length} services: each can use it at the others`,
        });
    }
  },
};
