/** An account on moto with authentication on: an administrator with a key, and calls with any key. */
import { type AwsAnswer, type AwsCredentials, awsCall } from "../../src/managers/aws-request.ts";
import { type Moto, startMoto } from "./moto.ts";

export const ALLOW_ALL = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

export interface Account extends Moto {
  readonly admin: AwsCredentials;
  readonly adminName: string;
  iam(action: string, parameters?: Readonly<Record<string, string>>, as?: AwsCredentials): Promise<AwsAnswer>;
  /** The ARN behind a key. Rejects when AWS does not know it. */
  whoami(key: AwsCredentials): Promise<string>;
  users(): Promise<string[]>;
}

export async function startAccount(): Promise<Account | null> {
  const moto = await startMoto({ freeActions: 3 });
  if (moto === null) return null;
  const call = (
    service: "iam" | "sts",
    action: string,
    parameters: Readonly<Record<string, string>>,
    credentials: AwsCredentials,
  ): Promise<AwsAnswer> =>
    awsCall({
      credentials,
      service,
      region: "us-east-1",
      endpoint: moto.address,
      action,
      version: service === "iam" ? "2010-05-08" : "2011-06-15",
      parameters,
      retries: 0,
    });
  const nobody: AwsCredentials = { accessKeyId: "AKIA0000000000000000", secretAccessKey: "none" };
  const adminName = "bulkhead-admin";
  await call("iam", "CreateUser", { UserName: adminName }, nobody);
  await call(
    "iam",
    "PutUserPolicy",
    { UserName: adminName, PolicyName: "all", PolicyDocument: ALLOW_ALL },
    nobody,
  );
  const key = await call("iam", "CreateAccessKey", { UserName: adminName }, nobody);
  const admin = { accessKeyId: key.text("AccessKeyId"), secretAccessKey: key.text("SecretAccessKey") };
  return {
    ...moto,
    admin,
    adminName,
    iam: (action, parameters = {}, as = admin) => call("iam", action, parameters, as),
    whoami: async (own) => (await call("sts", "GetCallerIdentity", {}, own)).text("Arn"),
    users: async () => (await call("iam", "ListUsers", {}, admin)).texts("UserName"),
  };
}
