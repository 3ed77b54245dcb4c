import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const langtrace: Provider = {
  id: "langtrace",
  title: "Langtrace",
  kind: "observability",
  website: "https://www.langtrace.ai",
  docs: "https://docs.langtrace.ai",
  credentials: [
    {
      id: "langtrace-api-key",
      title: "Langtrace API key",
      severity: "high",
      cite: "https://docs.langtrace.ai",
      actsFor: "machine",
      ...opaque(["langtrace_api_key"]),
    },
  ],
  variables: { LANGTRACE_API_KEY: "value" },
  baseUrlVariables: ["LANGTRACE_API_HOST"],
  hosts: ["app.langtrace.ai"],
  packages: { python: ["langtrace_python_sdk"], npm: ["@langtrase/typescript-sdk"] },
  rotate: { by: "person", page: "https://docs.langtrace.ai" },
};
