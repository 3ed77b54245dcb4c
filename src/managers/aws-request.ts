/**
 * One signed call of an AWS service in its Query form (IAM, STS): parameters as a form, the answer as XML. Answers with credentials go
 * over TLS, or to loopback; redirects are not followed; what AWS says besides its error code is passed on only where it is known to
 * repeat nothing of the request.
 */
import { FORBIDDEN_TEXT, checkHost } from "../core/destination.ts";
import { BulkheadError, isBulkheadError } from "../core/errors.ts";
import { HttpFailure, http, isLoopbackHost } from "./http.ts";

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Bytes; answers of these services are short. */
const MOST_ANSWER = 1_048_576;

export interface AwsCall {
  readonly credentials: AwsCredentials;
  /** `iam`, `sts`: signed with the request. */
  readonly service: string;
  readonly region: string;
  /** https, or http on loopback. */
  readonly endpoint: string;
  readonly action: string;
  /** The API's version date. */
  readonly version: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Further tries after throttling, a 5xx or a broken connection; 0: none. */
  readonly retries: number;
}

const FIRST_PAUSE = 200;

/** Throws `aws.config`. Gives it without a slash at the end. */
export function checkEndpoint(endpoint: string): string {
  const url = URL.parse(endpoint);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw new BulkheadError("aws.config", {
      problem: "an endpoint is a URL, like https://sts.eu-west-1.amazonaws.com",
    });
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw new BulkheadError("aws.config", { problem: "an endpoint has no user, query or fragment" });
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (url.protocol === "http:" && !isLoopbackHost(host))
    throw new BulkheadError("aws.config", { problem: "credentials come back from an endpoint: give https" });
  try {
    checkHost(host);
  } catch {
    throw new BulkheadError("aws.config", {
      problem: `an endpoint is no address of this kind: ${FORBIDDEN_TEXT}`,
    });
  }
  return url.href.replace(/\/$/, "");
}

/** An element of an answer: its text and what is below it. */
export class AwsAnswer {
  readonly #xml: string;
  constructor(xml: string) {
    this.#xml = xml;
  }
  /** The first element of that name at any depth; empty when there is none. */
  text(name: string): string {
    const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(this.#xml)?.[1] ?? "";
    return unescape(found);
  }
  /** Texts of all elements of that name. */
  texts(name: string): string[] {
    return [...this.#xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, text = ""]) =>
      unescape(text),
    );
  }
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const unescape = (text: string): string =>
  text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));/g,
    (whole, hex?: string, digits?: string, name?: string) => {
      if (name !== undefined) return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? whole) : whole;
      const code = hex === undefined ? Number(digits) : Number.parseInt(hex, 16);
      return code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
    },
  );

/** Throws `aws.refused` (AWS said no) and `aws.unreachable` (not known what became of it). */
export async function awsCall(call: AwsCall): Promise<AwsAnswer> {
  for (let tries = 0; ; tries++) {
    try {
      return await once(call);
    } catch (error) {
      if (tries >= call.retries || !mayRepeat(error)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE * 2 ** tries));
  }
}

const THROTTLED = new Set([
  "Throttling",
  "ThrottlingException",
  "RequestLimitExceeded",
  "ServiceUnavailable",
  "ServiceFailure",
  "InternalFailure",
]);
const mayRepeat = (error: unknown): boolean =>
  isBulkheadError(error) &&
  (error.code === "aws.unreachable" ||
    (error.code === "aws.refused" && THROTTLED.has(String(error.details.code))));

async function once({
  credentials,
  service,
  region,
  endpoint,
  action,
  version,
  parameters,
}: AwsCall): Promise<AwsAnswer> {
  const { AwsV4Signer } = await import("aws4fetch");
  const body = formOf({ Action: action, Version: version, ...parameters });
  const signer = new AwsV4Signer({
    url: `${endpoint}/`,
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    body,
    service,
    region,
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { sessionToken: credentials.sessionToken }),
  });
  const signed = await signer.sign();
  const headers = Object.fromEntries(signed.headers);
  const answer = await http({ url: signed.url, method: "POST", headers, body, most: MOST_ANSWER }).catch(
    (error: unknown) => {
      const reason = error instanceof HttpFailure ? error.message : "failed";
      throw new BulkheadError("aws.unreachable", { action, reason });
    },
  );
  const said = new AwsAnswer(answer.body.toString("utf8"));
  if (answer.status === 200) return said;
  throw refusal(action, answer.status, said);
}

/** Percent-encoded as RFC 3986 has it: some servers write the form anew, so, to check its signature. */
function formOf(parameters: Readonly<Record<string, string>>): string {
  const coded = (text: string): string =>
    encodeURIComponent(text).replace(
      /[!'()*]/g,
      (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  return Object.entries(parameters)
    .map(([name, text]) => `${coded(name)}=${coded(text)}`)
    .join("&");
}

/** Their messages name users, policies and limits; a signature's error repeats the request. */
const TELLING = new Set([
  "AccessDenied",
  "DeleteConflict",
  "EntityAlreadyExists",
  "InvalidInput",
  "LimitExceeded",
  "MalformedPolicyDocument",
  "NoSuchEntity",
  "PackedPolicyTooLarge",
  "PolicyNotAttachable",
  "ValidationError",
]);

function refusal(action: string, status: number, answer: AwsAnswer): BulkheadError {
  const code = /^[\w.]{1,80}$/.exec(answer.text("Code"))?.[0] ?? `HTTP ${status}`;
  if (status >= 500 && !THROTTLED.has(code))
    return new BulkheadError("aws.unreachable", { action, reason: code });
  const said = TELLING.has(code) ? `: ${answer.text("Message").replace(/\s+/g, " ").slice(0, 300)}` : "";
  return new BulkheadError("aws.refused", { action, code, said });
}
