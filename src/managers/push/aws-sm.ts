/** `aws-sm`: AWS Secrets Manager, one secret a name, with the identity that this machine has at AWS. */
import { createHash } from "node:crypto";
import { isBulkheadError } from "../../core/errors.ts";
import { member } from "../answers.ts";
import { type AwsService, awsJson } from "../aws-json.ts";
import type { Reference } from "../types.ts";
import { AWS_SETTINGS, awsContext, awsPlace, fullName } from "./aws.ts";
import { word } from "./request.ts";
import type { PushContext, PushEntry, PushSettings, PushTarget, PushedState } from "./types.ts";

const SERVICE: AwsService = { name: "secretsmanager", id: "secrets-manager", target: "secretsmanager" };

type Call = (action: string, parameters: Readonly<Record<string, unknown>>) => Promise<unknown>;

function caller(settings: PushSettings, context: PushContext, name: string): Call {
  const reference: Reference = { scheme: "aws-sm", place: name, text: `aws-sm://${name}` };
  return (action, parameters) =>
    awsJson(reference, awsContext(settings, context), SERVICE, action, parameters);
}

export const absentAsNull = async <T>(work: () => Promise<T>): Promise<T | null> => {
  try {
    return await work();
  } catch (error) {
    if (isBulkheadError(error) && error.code === "reference.absent") return null;
    throw error;
  }
};

async function describe(call: Call, id: string, name: string): Promise<PushedState | null> {
  const facts = await absentAsNull(() => call("DescribeSecret", { SecretId: id }));
  if (facts === null || typeof member(facts, "DeletedDate") === "number") return null;
  const stages = Object.entries((member(facts, "VersionIdsToStages") as object | undefined) ?? {});
  const current = stages.find(([, labels]) => Array.isArray(labels) && labels.includes("AWSCURRENT"))?.[0];
  const changed = member(facts, "LastChangedDate") ?? member(facts, "CreatedDate");
  const updated = typeof changed === "number" ? new Date(changed * 1_000).toISOString() : null;
  return { name, mark: word(current) ?? "", updated };
}

async function put(call: Call, id: string, { value }: PushEntry): Promise<void> {
  const SecretString = value.revealText();
  // Asked again after a broken connection, the same value makes the same version and no second one.
  const ClientRequestToken = createHash("sha256")
    .update(`${id}\0${Math.floor(Date.now() / 60_000)}\0`)
    .update(value.reveal())
    .digest("hex")
    .slice(0, 64);
  const there = await absentAsNull(() => call("DescribeSecret", { SecretId: id }));
  if (there === null) await call("CreateSecret", { Name: id, SecretString, ClientRequestToken });
  else await call("PutSecretValue", { SecretId: id, SecretString, ClientRequestToken });
}

export const awsSm: PushTarget = {
  id: "aws-sm",
  title: "AWS Secrets Manager",
  settings: AWS_SETTINGS,
  token: false,
  names: { pattern: /^[A-Za-z0-9_+=.@-]{1,200}$/, expected: "letters, digits and _+=.@-" },
  place: (settings) => awsPlace("aws-sm", settings),
  push: async (settings, entries, context) => {
    const states: PushedState[] = [];
    for (const entry of entries) {
      const id = fullName(settings, entry.name);
      const call = caller(settings, context, id);
      await put(call, id, entry);
      const state = await describe(call, id, entry.name);
      if (state !== null) states.push(state);
    }
    return states;
  },
  state: async (settings, names, context) => {
    const states: PushedState[] = [];
    for (const name of names) {
      const id = fullName(settings, name);
      const state = await describe(caller(settings, context, id), id, name);
      if (state !== null) states.push(state);
    }
    return states;
  },
};
