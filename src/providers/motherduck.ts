import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const motherduck: Provider = {
  id: "motherduck",
  title: "MotherDuck",
  kind: "training-data",
  website: "https://motherduck.com",
  docs: "https://motherduck.com/docs/key-tasks/authenticating-and-connecting-to-motherduck/authenticating-to-motherduck/",
  credentials: [
    {
      id: "motherduck-token",
      title: "MotherDuck token",
      severity: "critical",
      cite: "https://motherduck.com/docs/key-tasks/authenticating-and-connecting-to-motherduck/authenticating-to-motherduck/",
      actsFor: "person",
      ...opaque(["motherduck_token"]),
    },
  ],
  variables: { MOTHERDUCK_TOKEN: "value", motherduck_token: "value" },
  hosts: ["api.motherduck.com"],
  packages: { python: [], npm: ["@motherduck/wasm-client"] },
  rotate: { by: "person", page: "https://app.motherduck.com/settings/tokens" },
};
