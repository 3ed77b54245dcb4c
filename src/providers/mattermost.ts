import { named } from "./layout.ts";
import { trufflehog } from "./sources.ts";
import type { Provider } from "./types.ts";

export const mattermost: Provider = {
  id: "mattermost",
  title: "Mattermost",
  kind: "generic",
  website: "https://mattermost.com",
  docs: "https://developers.mattermost.com/integrate/reference/personal-access-token/",
  credentials: [
    {
      id: "mattermost-token",
      title: "Mattermost access token",
      severity: "high",
      actsFor: "machine",
      cite: trufflehog(
        "002f4bc3018db74291e34a23c7fe70a5f6c21245/pkg/detectors/mattermostpersonaltoken/mattermostpersonaltoken.go",
      ),
      ...named(
        [
          "mattermost_token",
          "mattermost_access_token",
          "mattermost_bot_token",
          "mattermost_personal_token",
          "mm_authtoken",
        ],
        "{lower 26}",
      ),
    },
  ],
  variables: {
    MATTERMOST_TOKEN: "value",
    MATTERMOST_ACCESS_TOKEN: "value",
    MM_AUTHTOKEN: "value",
    MATTERMOST_BOT_TOKEN: "value",
  },
  hosts: ["*.cloud.mattermost.com"],
  packages: { python: ["mattermostdriver"], npm: ["@mattermost/client"] },
  rotate: {
    by: "person",
    page: "https://developers.mattermost.com/integrate/reference/personal-access-token/",
  },
  ciActions: ["mattermost/action-mattermost-notify"],
};
