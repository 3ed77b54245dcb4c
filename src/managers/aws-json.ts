/** One signed call of an AWS service in its JSON form (Secrets Manager, Systems Manager). Asked again when busy: it only reads. */
import { asked, json, member, refused } from "./answers.ts";
import { type AwsIdentity, awsEndpoint, awsIdentity } from "./aws-credentials.ts";
import type { Reference, ResolveContext } from "./types.ts";

export interface AwsService {
  /** As it is signed: `secretsmanager`. */
  readonly name: string;
  /** As `AWS_ENDPOINT_URL_…` names it: `secrets-manager`. */
  readonly id: string;
  /** Of `X-Amz-Target`, before the action. */
  readonly target: string;
}

/** The region of an ARN, undefined for anything else. */
export const arnRegion = (place: string): string | undefined =>
  /^arn:[^:]+:[^:]+:([a-z0-9-]+):/.exec(place)?.[1];

/** Throws `reference.…`. */
export async function awsJson(
  reference: Reference,
  context: ResolveContext,
  service: AwsService,
  action: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const identity = await awsIdentity(reference, context, arnRegion(reference.place));
  const url = `${awsEndpoint(context.env, service.id, identity.region)}/`;
  const body = JSON.stringify(parameters);
  const headers = await signed(identity, service, url, action, body);
  const answer = await asked(reference, { url, method: "POST", headers, body, signal: context.signal });
  if (answer.status === 200) {
    const value = json(reference, answer.body);
    answer.body.fill(0);
    return value;
  }
  const type = member(parsed(answer.body), "__type");
  const code = typeof type === "string" ? (type.split("#").at(-1) ?? "") : "";
  // Errors of these services are HTTP 400, whatever went wrong.
  const status = /NotFound/.test(code)
    ? 404
    : /Denied|Unrecognized|Invalid.*Token|Signature|Expired/.test(code)
      ? 403
      : answer.status;
  return refused(reference, status, code);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return null;
  }
}

async function signed(
  { credentials, region }: AwsIdentity,
  service: AwsService,
  url: string,
  action: string,
  body: string,
): Promise<Record<string, string>> {
  const { AwsV4Signer } = await import("aws4fetch");
  const signer = new AwsV4Signer({
    url,
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `${service.target}.${action}` },
    body,
    service: service.name,
    region,
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { sessionToken: credentials.sessionToken }),
  });
  return Object.fromEntries((await signer.sign()).headers);
}
