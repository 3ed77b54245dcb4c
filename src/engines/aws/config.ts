/** `config/root` and `config/lease`: the key that the engine works with, and how long the IAM users it makes live. */
import { BulkheadError } from "../../core/errors.ts";
import { uuid } from "../../core/ids.ts";
import type { Storage } from "../../kernel/barrier/index.ts";
import { plain } from "../../kernel/plain-field.ts";
import type { Call, FieldDeclaration, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { checkEndpoint } from "../../managers/aws-request.ts";
import { goDuration } from "../kv/input.ts";
import { checkUsername } from "../username-template.ts";
import { CONFIG, LEASE, type LeaseConfig, ROTATION, type RootConfig, load, save } from "./store.ts";

export const USERNAME_FIELDS = ["Type", "DisplayName", "PolicyName"];

export const configProblem = (problem: string): BulkheadError => new BulkheadError("aws.config", { problem });

/** Throws `aws.config` where nothing was written yet. */
export async function requireRoot(storage: Pick<Storage, "get">): Promise<RootConfig> {
  const config = await load<RootConfig>(storage, CONFIG);
  if (config === null) throw configProblem("no key is configured: write config/root first");
  return config;
}

const rootFields: Readonly<Record<string, FieldDeclaration>> = {
  access_key: plain("string", "Id of the key of an IAM user"),
  secret_key: { type: "secret", description: "That key; never read back" },
  region: plain("string", "us-east-1 unless said otherwise"),
  iam_endpoint: plain("string", "In place of AWS's own"),
  sts_endpoint: plain("string", "In place of AWS's own"),
  max_retries: plain("int", "Further tries of a call that was throttled or broke; -1: three"),
  username_template: plain("string", "How IAM users and sessions are named"),
};
/** Other ways to get at a key, which would lend a caller's mount the server's own identity. */
const NOT_OFFERED = ["role_arn", "identity_token_audience", "identity_token_ttl", "sts_region"];

const MOST_RETRIES = 10;

async function writeRoot(call: Call): Promise<undefined> {
  const { fields } = call;
  const refused = NOT_OFFERED.find((name) => (fields.string(name) ?? "") !== "");
  if (refused !== undefined) throw configProblem(`${refused} is not offered: give access_key and secret_key`);
  const accessKey = fields.string("access_key") ?? "";
  const secretKey = fields.secret("secret_key")?.revealText() ?? "";
  if (accessKey === "" || secretKey === "")
    throw configProblem("access_key and secret_key are needed: the server's own environment lends none");
  if (!/^\w{16,128}$/.test(accessKey)) throw configProblem("access_key is no key's id");
  const region = fields.string("region") ?? "";
  if (!/^[a-z0-9-]{0,40}$/.test(region)) throw configProblem("region is no region's name");
  const maxRetries = fields.int("max_retries") ?? -1;
  if (maxRetries > MOST_RETRIES) throw configProblem(`max_retries is at most ${MOST_RETRIES}`);
  const usernameTemplate = fields.string("username_template") ?? "";
  if (usernameTemplate !== "") checkUsername(usernameTemplate, USERNAME_FIELDS);
  const endpoint = (name: string): string => {
    const given = fields.string(name) ?? "";
    return given === "" ? "" : checkEndpoint(given);
  };
  const config: RootConfig = {
    revision: uuid(),
    accessKey,
    secretKey,
    region,
    iamEndpoint: endpoint("iam_endpoint"),
    stsEndpoint: endpoint("sts_endpoint"),
    maxRetries,
    usernameTemplate,
  };
  await call.storage.transaction((tx) => {
    save(tx, CONFIG, config);
    tx.delete(ROTATION); // another key now, perhaps of another account
    return Promise.resolve();
  });
}

async function readRoot(call: Call): Promise<Reply | null> {
  const config = await load<RootConfig>(call.storage, CONFIG);
  if (config === null) return null;
  return {
    data: {
      access_key: config.accessKey,
      region: config.region,
      iam_endpoint: config.iamEndpoint,
      sts_endpoint: config.stsEndpoint,
      max_retries: config.maxRetries,
      username_template: config.usernameTemplate,
    },
  };
}

async function writeLease(call: Call): Promise<undefined> {
  const [lease, max] = [call.fields.duration("lease"), call.fields.duration("lease_max")];
  if (lease === undefined || lease === 0) throw configProblem("'lease' is a required parameter");
  if (max === undefined || max === 0) throw configProblem("'lease_max' is a required parameter");
  if (lease > max) throw configProblem("'lease' is longer than 'lease_max'");
  await call.storage.transaction((tx) => {
    save(tx, LEASE, { lease, max } satisfies LeaseConfig);
    return Promise.resolve();
  });
}

async function readLease(call: Call): Promise<Reply | null> {
  const config = await load<LeaseConfig>(call.storage, LEASE);
  return config === null
    ? null
    : { data: { lease: goDuration(config.lease), lease_max: goDuration(config.max) } };
}

export const configPaths = (): PathDeclaration[] => [
  {
    pattern: "config/root",
    summary: "The key that the engine works with",
    fields: {
      ...rootFields,
      ...Object.fromEntries(NOT_OFFERED.map((name) => [name, plain("string", "Not offered")])),
    },
    operations: { read: readRoot, update: writeRoot },
  },
  {
    pattern: "config/lease",
    summary: "How long an IAM user lives",
    fields: {
      lease: plain("duration", "Without renewal"),
      lease_max: plain("duration", "With renewals at most"),
    },
    operations: { read: readLease, update: writeLease },
  },
];
