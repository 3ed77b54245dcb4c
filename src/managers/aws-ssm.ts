/** `aws-ssm:///path/NAME`: AWS Systems Manager's Parameter Store, decrypted. A version or label as there: `NAME:3`. */
import { member, resolvedOf, text } from "./answers.ts";
import { type AwsService, awsJson } from "./aws-json.ts";
import type { Listed, Manager } from "./types.ts";

const SERVICE: AwsService = { name: "ssm", id: "ssm", target: "AmazonSSM" };

/** A name with folders begins with a slash there; `aws-ssm://prod/key` means the same as `aws-ssm:///prod/key`. */
const nameOf = (place: string): string =>
  place.startsWith("/") || place.startsWith("arn:") || !place.includes("/") ? place : `/${place}`;

export const awsSsm: Manager = {
  scheme: "aws-ssm",
  title: "AWS Parameter Store",
  example: "aws-ssm:///prod/openai",
  resolve: async (reference, context) => {
    const parameters = { Name: nameOf(reference.place), WithDecryption: true };
    const value = await awsJson(reference, context, SERVICE, "GetParameter", parameters);
    const version = member(value, "Parameter", "Version");
    const bytes = Buffer.from(text(reference, value, "Parameter", "Value"));
    return resolvedOf(bytes, typeof version === "number" ? String(version) : null);
  },
  list: async (reference, context) => {
    const folder = nameOf(reference.place).replace(/\/$/, "") || "/";
    const listed: Listed[] = [];
    let next: unknown;
    do {
      const page = await awsJson(reference, context, SERVICE, "GetParametersByPath", {
        Path: folder,
        WithDecryption: false,
        ...(typeof next === "string" && { NextToken: next }),
      });
      for (const one of (member(page, "Parameters") as readonly unknown[] | undefined) ?? []) {
        const name = member(one, "Name");
        if (typeof name === "string")
          listed.push({ name: name.slice(name.lastIndexOf("/") + 1), reference: `aws-ssm://${name}` });
      }
      next = member(page, "NextToken");
    } while (typeof next === "string");
    return listed;
  },
};
