/**
 * A user's access keys: AWS lets a user have two, so that a new one stands beside the old one. Keys have no names: what was there
 * before is noted, and anything else that stands there afterwards was made by this rotation.
 */
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import { type AwsAnswer, type AwsCredentials, awsCall } from "../../managers/aws-request.ts";
import type { Parts } from "../types.ts";
import type { Driver, DriverContext } from "./types.ts";

const text = (parts: Parts, name: string): string => parts.get(name)?.revealText() ?? "";

const credentialsOf = (parts: Parts): AwsCredentials => ({
  accessKeyId: text(parts, "access_key_id"),
  secretAccessKey: text(parts, "secret_access_key"),
});

interface Asked {
  readonly action: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly as?: AwsCredentials;
  readonly service?: "iam" | "sts";
}

/** Creating is not repeated: a second key may stand there already. */
const ONCE = new Set(["CreateAccessKey"]);

async function call(
  { url, old, minter }: DriverContext,
  { action, parameters = {}, as, service = "iam" }: Asked,
): Promise<AwsAnswer> {
  const region = text(old, "region") || "us-east-1";
  const china = region.startsWith("cn-");
  const usual =
    service === "iam"
      ? china
        ? "https://iam.cn-north-1.amazonaws.com.cn"
        : "https://iam.amazonaws.com"
      : `https://sts.${region}.amazonaws.com${china ? ".cn" : ""}`;
  return await awsCall({
    credentials: as ?? credentialsOf(minter ?? old),
    ...{ service, action, parameters },
    region: service === "iam" ? (china ? "cn-north-1" : "us-east-1") : region,
    endpoint: url ?? usual,
    version: service === "iam" ? "2010-05-08" : "2011-06-15",
    retries: ONCE.has(action) ? 0 : 2,
  });
}

async function asked<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isBulkheadError(error)) throw error;
    const reason = String(error.details.code ?? error.details.reason ?? "failed");
    const again =
      error.code === "aws.unreachable" || /Throttl|LimitExceeded$|Unavailable|InternalFailure/.test(reason);
    if (error.code !== "aws.unreachable" && error.code !== "aws.refused") throw error;
    throw new BulkheadError(again ? "rotation.unavailable" : "rotation.refused", {
      provider: "AWS",
      what,
      reason,
    });
  }
}

/** Whose key the old one is; asked of AWS, so that a minter of another user is told the right one. */
async function userOf(context: DriverContext): Promise<string> {
  const found = await call(context, {
    action: "GetAccessKeyLastUsed",
    parameters: { AccessKeyId: text(context.old, "access_key_id") },
  });
  return found.text("UserName");
}

async function keysOf(context: DriverContext): Promise<string[]> {
  const found = await call(context, {
    action: "ListAccessKeys",
    parameters: { UserName: await userOf(context) },
  });
  return found.texts("AccessKeyId");
}

export const awsIam: Driver = {
  id: "aws-iam",
  needs: ["access_key_id", "secret_access_key"],
  listsAll: true,
  create: async (context) =>
    await asked("make an access key", async () => {
      const UserName = await userOf(context);
      const made = await call(context, { action: "CreateAccessKey", parameters: { UserName } });
      const [id, secret] = [made.text("AccessKeyId"), made.text("SecretAccessKey")];
      if (id === "" || secret === "")
        throw new BulkheadError("rotation.bad-answer", {
          provider: "AWS",
          what: "make an access key",
          problem: "its answer holds no key",
        });
      const parts = new Map([
        ["access_key_id", Secret.copy(id)],
        ["secret_access_key", Secret.copy(secret)],
      ]);
      return { parts, handle: id };
    }),
  standing: (context) => asked("list access keys", () => keysOf(context)),
  handleOf: ({ old }) => Promise.resolve(text(old, "access_key_id") || null),
  revoke: (context, handle) =>
    asked("revoke an access key", async () => {
      const UserName = await userOf(context);
      const gone = (error: unknown): void => {
        if (!isBulkheadError(error) || error.details.code !== "NoSuchEntity") throw error;
      };
      await call(context, {
        action: "UpdateAccessKey",
        parameters: { UserName, AccessKeyId: handle, Status: "Inactive" },
      }).catch(gone);
      await call(context, { action: "DeleteAccessKey", parameters: { UserName, AccessKeyId: handle } }).catch(
        gone,
      );
    }),
  verify: async (context, parts) => {
    try {
      await call(context, { action: "GetCallerIdentity", service: "sts", as: credentialsOf(parts) });
      return { verdict: "live", reason: "AWS knows it" };
    } catch (error) {
      if (!isBulkheadError(error)) throw error;
      const code = String(error.details.code ?? "");
      const dead = [
        "InvalidClientTokenId",
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
      ].includes(code);
      return dead
        ? { verdict: "dead", reason: `AWS says ${code}` }
        : { verdict: "unknown", reason: "AWS gave no usable answer" };
    }
  },
};
