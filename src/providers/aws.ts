import { BORDER, GLUE, anyCase } from "./format.ts";
import { layout } from "./layout.ts";
import { credsweeper } from "./sources.ts";
import type { Provider } from "./types.ts";

export const aws: Provider = {
  id: "aws",
  title: "AWS",
  kind: "cloud",
  website: "https://aws.amazon.com",
  docs: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
  aliases: ["amazon", "s3", "bedrock"],
  credentials: [
    {
      // Names the account but opens nothing alone: its secret is often near, in a form no rule knows.
      id: "aws-access-key-id",
      title: "AWS access key id",
      severity: "medium",
      part: "access_key_id",
      actsFor: "machine",
      cite: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
      prefixes: ["AKIA", "ASIA", "ABIA", "ACCA"],
      formats: [
        {
          // Long-lived, temporary, of the STS bearer service, and of a context.
          pattern: `${BORDER}(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9+/])`,
          literals: ["AKIA", "ASIA", "ABIA", "ACCA"],
          maxLength: 20,
        },
      ],
      hits: [
        ["AKIA", { random: "upper", length: 16 }],
        ["ASIA", { random: "upper", length: 16 }],
        ["ABIA", { random: "upper", length: 16 }],
      ],
      misses: [
        ["AKIA", { random: "upper", length: 15 }],
        ["AKIA", { random: "upper", length: 17 }],
      ],
    },
    {
      id: "aws-secret-access-key",
      title: "AWS secret access key",
      severity: "critical",
      part: "secret_access_key",
      actsFor: "machine",
      cite: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
      needsContext: true,
      formats: [
        {
          pattern: `(?:${["secret_access_key", "secretaccesskey", "aws_secret_key", "aws_secret", "secret_key"].map(anyCase).join("|")})${GLUE}([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])`,
          literals: ["secret_access_key", "secretaccesskey", "aws_secret", "secret_key"],
          maxLength: 125,
          minEntropy: 3.8,
        },
        {
          // A credentials file in CSV, a URL of boto or rclone: the secret follows its id.
          pattern: `(?:AKIA|ASIA)[A-Z2-7]{16}[^A-Za-z0-9+/][^A-Za-z0-9+/]{0,8}([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])`,
          literals: ["AKIA", "ASIA"],
          maxLength: 70,
          minEntropy: 3.8,
        },
      ],
      hits: [
        ["AWS_SECRET_ACCESS_KEY=", { random: "base64", length: 40 }],
        ["aws_secret_access_key = ", { random: "base64", length: 40 }],
        ['"SecretAccessKey": "', { random: "base64", length: 40 }, '"'],
        ['\\"aws_secret_access_key\\": \\"', { random: "base64", length: 40 }, '\\"'],
        ["AKIA", { random: "upper", length: 16 }, ",", { random: "base64", length: 40 }],
      ],
      misses: [
        [{ random: "base64", length: 40 }],
        ["AWS_SECRET_ACCESS_KEY=", { random: "base64", length: 39 }],
        ["AWS_SECRET_ACCESS_KEY=", { random: "base64", length: 41 }],
      ],
    },
    {
      id: "aws-session-token",
      title: "AWS session token",
      severity: "high",
      part: "session_token",
      actsFor: "machine",
      cite: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_use-resources.html",
      needsContext: true,
      formats: [
        {
          pattern: `(?:${["session_token", "sessiontoken", "security_token"].map(anyCase).join("|")})${GLUE}([A-Za-z0-9+/]{100,2000}={0,2})(?![A-Za-z0-9+/=])`,
          literals: ["session_token", "sessiontoken", "security_token"],
          maxLength: 2080,
        },
      ],
      hits: [["AWS_SESSION_TOKEN=IQoJ", { random: "base64", length: 300 }]],
      misses: [["AWS_SESSION_TOKEN=IQoJ", { random: "base64", length: 60 }]],
    },
    {
      id: "aws-mws-token",
      title: "Amazon MWS auth token",
      severity: "high",
      kind: "generic",
      part: "mws_token",
      actsFor: "machine",
      cite: credsweeper(346),
      ...layout("amzn.mws.{uuid}"),
    },
    {
      id: "aws-appsync-api-key",
      title: "AWS AppSync API key",
      severity: "medium",
      part: "appsync_api_key",
      actsFor: "machine",
      cite: credsweeper(253),
      ...layout("da2-{lower 26}"),
    },
    {
      id: "aws-bedrock-api-key",
      title: "Amazon Bedrock API key",
      severity: "critical",
      kind: "model-api",
      part: "bedrock_api_key",
      actsFor: "machine",
      cite: "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",
      prefixes: ["ABSKQmVkcm9ja0FQSUtleS"],
      formats: [
        {
          pattern: `${BORDER}ABSKQmVkcm9ja0FQSUtleS[A-Za-z0-9+/]{80,280}={0,2}(?![A-Za-z0-9+/=])`,
          literals: ["ABSKQmVkcm9ja0FQSUtleS"],
          maxLength: 310,
        },
      ],
      hits: [["ABSKQmVkcm9ja0FQSUtleS", { random: "base64", length: 100 }, "="]],
      misses: [["ABSKQmVkcm9ja0FQSUtleS", { random: "base64", length: 60 }]],
    },
  ],
  parts: [
    { name: "access_key_id", secret: false, needs: "secret_access_key" },
    { name: "secret_access_key", secret: true },
    { name: "session_token", secret: true },
    { name: "bedrock_api_key", secret: true },
    { name: "region", secret: false },
    { name: "appsync_api_key", secret: true },
    { name: "mws_token", secret: true },
  ],
  variables: {
    AWS_ACCESS_KEY_ID: "access_key_id",
    AWS_SECRET_ACCESS_KEY: "secret_access_key",
    AWS_SESSION_TOKEN: "session_token",
    AWS_SECURITY_TOKEN: "session_token",
    AWS_BEARER_TOKEN_BEDROCK: "bedrock_api_key",
    AWS_REGION: "region",
    AWS_DEFAULT_REGION: "region",
  },
  baseUrlVariables: ["AWS_ENDPOINT_URL"],
  hosts: ["*.amazonaws.com"],
  packages: {
    python: ["boto3", "botocore", "aiobotocore", "s3fs", "sagemaker", "awswrangler", "langchain_aws"],
    npm: ["aws-sdk", "@aws-sdk", "@ai-sdk/amazon-bedrock"],
  },
  rotate: {
    every: "90d",
    by: "api",
    page: "https://console.aws.amazon.com/iam/home#/security_credentials",
    driver: "aws-iam",
  },
  ciActions: ["aws-actions/configure-aws-credentials"],
};
