/** `aws-sm://NAME` or `aws-sm://ARN`: AWS Secrets Manager. `?stage=AWSPREVIOUS` and `?version=ID` name another version. */
import { BulkheadError } from "../core/errors.ts";
import { member, resolvedOf, text } from "./answers.ts";
import { type AwsService, awsJson } from "./aws-json.ts";
import { splitQuery } from "./place.ts";
import type { Listed, Manager } from "./types.ts";

const SERVICE: AwsService = { name: "secretsmanager", id: "secrets-manager", target: "secretsmanager" };

export const awsSm: Manager = {
  scheme: "aws-sm",
  title: "AWS Secrets Manager",
  example: "aws-sm://prod/billing#token",
  resolve: async (reference, context) => {
    const { path, query } = splitQuery(reference, ["stage", "version"]);
    const value = await awsJson(reference, context, SERVICE, "GetSecretValue", {
      SecretId: path,
      ...(query.stage !== undefined && { VersionStage: query.stage }),
      ...(query.version !== undefined && { VersionId: query.version }),
    });
    const version = member(value, "VersionId");
    const binary = member(value, "SecretBinary");
    const bytes =
      typeof binary === "string"
        ? Buffer.from(binary, "base64")
        : Buffer.from(text(reference, value, "SecretString"));
    return resolvedOf(bytes, typeof version === "string" ? version : null);
  },
  list: async (reference, context) => {
    const listed: Listed[] = [];
    let next: unknown;
    do {
      const page = await awsJson(reference, context, SERVICE, "ListSecrets", {
        MaxResults: 100,
        Filters: [{ Key: "name", Values: [reference.place] }],
        ...(typeof next === "string" && { NextToken: next }),
      });
      for (const one of (member(page, "SecretList") as readonly unknown[] | undefined) ?? []) {
        const name = member(one, "Name");
        // Their filter looks at words and ignores case: the prefix is checked here.
        if (typeof name !== "string" || !name.startsWith(reference.place)) continue;
        listed.push({ name: name.slice(reference.place.length), reference: `aws-sm://${name}` });
      }
      if (listed.length > 10_000)
        throw new BulkheadError("reference.unexpected", {
          reference: reference.text,
          problem: "there are too many",
        });
      next = member(page, "NextToken");
    } while (typeof next === "string");
    return listed;
  },
};
