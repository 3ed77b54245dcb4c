import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const nuget: Provider = {
  id: "nuget",
  title: "NuGet",
  kind: "package-registry",
  website: "https://www.nuget.org",
  docs: "https://learn.microsoft.com/nuget/nuget-org/scoped-api-keys",
  credentials: [
    {
      id: "nuget-api-key",
      title: "NuGet API key",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(8744),
      ...layout("oy2{base32 43}"),
    },
  ],
  variables: { NUGET_API_KEY: "value", NUGET_TOKEN: "value" },
  hosts: ["api.nuget.org", "www.nuget.org"],
  packages: {},
  rotate: { by: "person", page: "https://www.nuget.org/account/apikeys" },
  ciActions: ["NuGet/login"],
};
