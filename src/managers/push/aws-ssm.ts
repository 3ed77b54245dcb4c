/** `aws-ssm`: AWS Parameter Store, each name a SecureString, with the identity that this machine has at AWS. */
import { member } from "../answers.ts";
import { type AwsService, awsJson } from "../aws-json.ts";
import type { Reference } from "../types.ts";
import { AWS_SETTINGS, awsContext, awsPlace, fullName } from "./aws.ts";
import type { PushContext, PushSettings, PushTarget, PushedState } from "./types.ts";

const SERVICE: AwsService = { name: "ssm", id: "ssm", target: "AmazonSSM" };

type Call = (action: string, parameters: Readonly<Record<string, unknown>>) => Promise<unknown>;

function caller(settings: PushSettings, context: PushContext, name: string): Call {
  const reference: Reference = { scheme: "aws-ssm", place: name, text: `aws-ssm://${name}` };
  return (action, parameters) =>
    awsJson(reference, awsContext(settings, context), SERVICE, action, parameters);
}

/** By the list of names, which tells version and date: reading a parameter would give its value out. */
async function describe(call: Call, id: string, name: string): Promise<PushedState | null> {
  const answer = await call("DescribeParameters", {
    ParameterFilters: [{ Key: "Name", Option: "Equals", Values: [id] }],
  });
  const all = member(answer, "Parameters");
  const [found] = (Array.isArray(all) ? (all as readonly unknown[]) : []).filter(
    (one) => member(one, "Name") === id,
  );
  if (found === undefined) return null;
  const changed = member(found, "LastModifiedDate");
  return {
    name,
    mark: String(member(found, "Version") ?? ""),
    updated: typeof changed === "number" ? new Date(changed * 1_000).toISOString() : null,
  };
}

export const awsSsm: PushTarget = {
  id: "aws-ssm",
  title: "AWS Parameter Store",
  settings: AWS_SETTINGS,
  token: false,
  names: { pattern: /^(?!aws|ssm)[A-Za-z0-9_.-]{1,200}$/i, expected: "letters, digits, _, `.` and -" },
  place: (settings) => awsPlace("aws-ssm", settings),
  push: async (settings, entries, context) => {
    const states: PushedState[] = [];
    for (const { name, value } of entries) {
      const id = fullName(settings, name);
      const call = caller(settings, context, id);
      await call("PutParameter", {
        Name: id,
        Value: value.revealText(),
        Type: "SecureString",
        Overwrite: true,
      });
      const state = await describe(call, id, name);
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
