/** The calls of IAM and STS that the engine makes. Deletions are done, too, when there is nothing any more. */
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import { type AwsAnswer, type AwsCredentials, awsCall, checkEndpoint } from "../../managers/aws-request.ts";

export interface AwsConfig {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
  readonly iamEndpoint: string;
  readonly stsEndpoint: string;
  readonly maxRetries: number;
}

export interface SessionKeys {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly sessionToken: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
  /** Of an assumed role or federated user; empty otherwise. */
  readonly arn: string;
}

export interface NewIamUser {
  readonly name: string;
  readonly path: string;
  readonly boundary: string;
  readonly tags: Readonly<Record<string, string>>;
}

const DEFAULT_REGION = "us-east-1";
const RETRIES = 3;
const MOST_PAGES = 100;

const SERVICES = {
  iam: { version: "2010-05-08", endpoint: iamEndpoint, region: iamRegion },
  sts: {
    version: "2011-06-15",
    endpoint: (region: string) => `https://sts.${region}.${domain(region)}`,
    region: (region: string) => region,
  },
} as const;

const domain = (region: string): string => (region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com");
/** IAM has one place a partition. */
function iamRegion(region: string): string {
  if (region.startsWith("cn-")) return "cn-north-1";
  return region.startsWith("us-gov-") ? "us-gov-west-1" : DEFAULT_REGION;
}
function iamEndpoint(region: string): string {
  if (region.startsWith("cn-")) return "https://iam.cn-north-1.amazonaws.com.cn";
  return region.startsWith("us-gov-") ? "https://iam.us-gov.amazonaws.com" : "https://iam.amazonaws.com";
}

export const isGone = (error: unknown): boolean =>
  isBulkheadError(error) && error.code === "aws.refused" && error.details.code === "NoSuchEntity";

type Parameters = Readonly<Record<string, string | undefined>>;

export class AwsApi {
  readonly #config: AwsConfig;
  readonly #credentials: AwsCredentials;

  constructor(config: AwsConfig) {
    this.#config = config;
    this.#credentials = { accessKeyId: config.accessKey, secretAccessKey: config.secretKey };
  }

  /** The ARN behind the configured key: proves that it works. */
  async identity(): Promise<string> {
    return (await this.#call("sts", "GetCallerIdentity", {})).text("Arn");
  }

  /** The user whose key this is. Throws `aws.config` for an account's root. */
  async ownUser(): Promise<string> {
    const name = (await this.#call("iam", "GetUser", {})).text("UserName");
    if (name === "")
      throw new BulkheadError("aws.config", { problem: "the configured key belongs to no IAM user" });
    return name;
  }

  async createUser({ name, path, boundary, tags }: NewIamUser): Promise<void> {
    await this.#call("iam", "CreateUser", {
      UserName: name,
      Path: path,
      PermissionsBoundary: boundary || undefined,
      ...tagParameters(tags),
    });
  }
  async attachPolicy(user: string, arn: string): Promise<void> {
    await this.#call("iam", "AttachUserPolicy", { UserName: user, PolicyArn: arn });
  }
  async putPolicy(user: string, name: string, document: string): Promise<void> {
    await this.#call("iam", "PutUserPolicy", { UserName: user, PolicyName: name, PolicyDocument: document });
  }
  async addToGroup(user: string, group: string): Promise<void> {
    await this.#call("iam", "AddUserToGroup", { UserName: user, GroupName: group });
  }
  /** Never repeated: a key whose answer is lost is known to nobody. */
  async createKey(user: string): Promise<{ readonly accessKey: string; readonly secretKey: string }> {
    const made = await this.#call("iam", "CreateAccessKey", { UserName: user }, 0);
    const [accessKey, secretKey] = [made.text("AccessKeyId"), made.text("SecretAccessKey")];
    if (accessKey === "" || secretKey === "")
      throw new BulkheadError("aws.unreachable", {
        action: "CreateAccessKey",
        reason: "not an answer of IAM",
      });
    return { accessKey, secretKey };
  }
  listKeys(user: string): Promise<string[]> {
    return this.#all("ListAccessKeys", user, "AccessKeyId");
  }
  async deleteKey(user: string, key: string): Promise<void> {
    await this.#remove("DeleteAccessKey", { UserName: user, AccessKeyId: key });
  }

  /** Keys first, so that they are dead whatever fails later; the user last, because IAM keeps one that still has anything. */
  async deleteUser(user: string): Promise<void> {
    try {
      for (const key of await this.listKeys(user)) await this.deleteKey(user, key);
      for (const arn of await this.#all("ListAttachedUserPolicies", user, "PolicyArn"))
        await this.#remove("DetachUserPolicy", { UserName: user, PolicyArn: arn });
      for (const name of await this.#all("ListUserPolicies", user, "member"))
        await this.#remove("DeleteUserPolicy", { UserName: user, PolicyName: name });
      for (const group of await this.#all("ListGroupsForUser", user, "GroupName"))
        await this.#remove("RemoveUserFromGroup", { UserName: user, GroupName: group });
    } catch (error) {
      if (!isGone(error)) throw error;
      return;
    }
    await this.#remove("DeleteUser", { UserName: user });
  }

  assumeRole(parameters: Parameters): Promise<SessionKeys> {
    return this.#session("AssumeRole", parameters);
  }
  federationToken(parameters: Parameters): Promise<SessionKeys> {
    return this.#session("GetFederationToken", parameters);
  }
  sessionToken(parameters: Parameters): Promise<SessionKeys> {
    return this.#session("GetSessionToken", parameters);
  }

  async #session(action: string, parameters: Parameters): Promise<SessionKeys> {
    const made = await this.#call("sts", action, parameters);
    const expires = Date.parse(made.text("Expiration"));
    const missing = ["AccessKeyId", "SecretAccessKey", "SessionToken"].some((name) => made.text(name) === "");
    if (Number.isNaN(expires) || missing)
      throw new BulkheadError("aws.unreachable", { action, reason: "not an answer of STS" });
    return {
      accessKey: made.text("AccessKeyId"),
      secretKey: made.text("SecretAccessKey"),
      sessionToken: made.text("SessionToken"),
      expires,
      arn: made.text("Arn"),
    };
  }

  async #remove(action: string, parameters: Parameters): Promise<void> {
    await this.#call("iam", action, parameters).catch((error: unknown) => {
      if (!isGone(error)) throw error;
    });
  }

  /** Every page's elements of that name. */
  async #all(action: string, user: string, element: string): Promise<string[]> {
    const found: string[] = [];
    let marker: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const answer = await this.#call("iam", action, { UserName: user, Marker: marker });
      found.push(...answer.texts(element));
      if (answer.text("IsTruncated") !== "true") return found;
      marker = answer.text("Marker");
    }
    throw new BulkheadError("aws.unreachable", { action, reason: "the list does not end" });
  }

  async #call(
    service: keyof typeof SERVICES,
    action: string,
    parameters: Parameters,
    retries = this.#config.maxRetries < 0 ? RETRIES : this.#config.maxRetries,
  ): Promise<AwsAnswer> {
    const region = this.#config.region || DEFAULT_REGION;
    const own = service === "iam" ? this.#config.iamEndpoint : this.#config.stsEndpoint;
    const { version, ...of } = SERVICES[service];
    return await awsCall({
      credentials: this.#credentials,
      service,
      region: of.region(region),
      endpoint: checkEndpoint(own || of.endpoint(region)),
      action,
      version,
      retries,
      parameters: Object.fromEntries(
        Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
    });
  }
}

export const tagParameters = (tags: Readonly<Record<string, string>>): Record<string, string> =>
  listed(
    "Tags",
    Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  );

/** Lists as the Query form writes them: `Tags.member.1.Key`. */
export function listed(
  name: string,
  members: readonly (string | Readonly<Record<string, string>>)[],
): Record<string, string> {
  return Object.fromEntries(
    members.flatMap((member, index) => {
      const at = `${name}.member.${index + 1}`;
      return typeof member === "string"
        ? [[at, member] as const]
        : Object.entries(member).map(([key, value]) => [`${at}.${key}`, value] as const);
    }),
  );
}
