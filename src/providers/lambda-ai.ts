import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const lambdaAi: Provider = {
  id: "lambda-ai",
  title: "Lambda",
  kind: "cloud",
  website: "https://lambda.ai",
  docs: "https://docs.lambda.ai/public-cloud/cloud-api/",
  aliases: ["lambdalabs"],
  credentials: [
    {
      id: "lambda-api-key",
      title: "Lambda Cloud API key",
      severity: "critical",
      cite: "https://docs.lambda.ai/public-cloud/cloud-api/",
      actsFor: "machine",
      ...named(
        ["lambda_api_key", "lambda_cloud_api_key", "lambda_labs_api_key", "lambdalabs_api_key"],
        [
          "secret_",
          { alphabet: "base64url", min: 2, max: 60 },
          "_",
          { alphabet: "hex", min: 32 },
          ".",
          { alphabet: "alnum", min: 32 },
        ],
      ),
    },
  ],
  variables: { LAMBDA_API_KEY: "value", LAMBDA_LABS_API_KEY: "value", LAMBDA_CLOUD_API_KEY: "value" },
  hosts: ["cloud.lambda.ai", "cloud.lambdalabs.com", "api.lambda.ai"],
  packages: {},
  rotate: { by: "person", page: "https://cloud.lambda.ai/api-keys/cloud-api" },
};
