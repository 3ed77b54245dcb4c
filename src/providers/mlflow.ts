import { GLUE, anyCase } from "./format.ts";
import type { CredentialType, Provider } from "./types.ts";

// Passwords have no shape: only the two variables that carry them tell.
const mlflowPassword: Pick<CredentialType, "formats" | "hits" | "misses" | "needsContext" | "part"> = {
  needsContext: true,
  part: "password",
  formats: [
    {
      pattern: `(?:${anyCase("mlflow_tracking_password")}|${anyCase("mlflow_tracking_token")})${GLUE}([A-Za-z0-9_.~!@#%^*+/\\-]{8,200}={0,2})(?![A-Za-z0-9_.\\-])`,
      literals: ["mlflow_tracking_password", "mlflow_tracking_token"],
      maxLength: 300,
      minEntropy: 2.8,
    },
  ],
  hits: [
    ["MLFLOW_TRACKING_PASSWORD=", { random: "alnum", length: 20 }],
    ['os.environ["MLFLOW_TRACKING_TOKEN"] = "', { random: "base64url", length: 40 }, '"'],
  ],
  misses: [["MLFLOW_TRACKING_PASSWORD="], ["MLFLOW_TRACKING_USERNAME=", { random: "alnum", length: 20 }]],
};

export const mlflow: Provider = {
  id: "mlflow",
  title: "MLflow",
  kind: "experiment-tracker",
  website: "https://mlflow.org",
  docs: "https://mlflow.org/docs/latest/self-hosting/security/basic-http-auth",
  credentials: [
    {
      id: "mlflow-tracking-secret",
      title: "MLflow tracking password or token",
      severity: "high",
      cite: "https://mlflow.org/docs/latest/self-hosting/security/basic-http-auth",
      actsFor: "machine",
      ...mlflowPassword,
    },
  ],
  parts: [
    { name: "password", secret: true },
    { name: "token", secret: true },
    { name: "username", secret: false },
    { name: "uri", secret: false },
  ],
  variables: {
    MLFLOW_TRACKING_PASSWORD: "password",
    MLFLOW_TRACKING_TOKEN: "token",
    MLFLOW_TRACKING_USERNAME: "username",
    MLFLOW_TRACKING_URI: "uri",
  },
  hosts: [],
  packages: { python: ["mlflow"], npm: ["mlflow-tracing"] },
  rotate: { by: "person", page: "https://mlflow.org/docs/latest/self-hosting/security/basic-http-auth" },
};
