/**
 * Entries to a URL, a batch a POST, as JSON lines (`application/x-ndjson`). One that does not answer 2xx did not take them.
 * Redirects are not followed: the entries go where the operator said.
 */
import { readFileSync } from "node:fs";
import type { RequestOptions } from "node:https";
import type { LookupFunction } from "node:net";
import { badDevice, lookupFor, required, writeTimeout } from "./options.ts";
import type { SinkOptions, SinkRules, SinkType } from "./types.ts";

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/;
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const OWN_HEADERS = /^(host|content-length|content-type|transfer-encoding|connection|expect)$/i;

const webhook = (type: string): SinkType => ({
  type,
  options: ["uri", "headers", "ca_file", "write_timeout"],
  open: (options, rules) => {
    const target = targetOf(options, rules);
    return {
      confirms: true,
      timeout: writeTimeout(options),
      sink: {
        write: (lines, signal) =>
          post(target, Buffer.from(lines.map(({ json }) => `${json}\n`).join("")), signal),
        reset: () => undefined,
      },
    };
  },
});

/** OpenBao's name of it, and the field's. */
export const httpSink = webhook("http");
export const webhookSink = webhook("webhook");

interface Target {
  readonly url: URL;
  readonly lookup: LookupFunction | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly ca: Buffer | undefined;
}

function targetOf(options: SinkOptions, { guarded }: SinkRules): Target {
  const uri = required(options, "uri");
  const url = URL.canParse(uri) ? new URL(uri) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw badDevice("uri is not an https address");
  if (url.protocol === "http:" && (guarded || !LOOPBACK.test(url.hostname)))
    throw badDevice("uri is not an https address: entries name who did what");
  const lookup = lookupFor(url.hostname, guarded);
  if (url.username !== "" || url.password !== "")
    throw badDevice("uri holds a password: put it into a header, which is not shown");
  if (guarded && options.ca_file !== undefined)
    throw badDevice("ca_file can be set in the server's configuration only");
  return {
    url,
    lookup,
    headers: headersOf(options.headers ?? "{}"),
    ca: options.ca_file === undefined ? undefined : readCa(options.ca_file),
  };
}

/** `{"Authorization": "Bearer …"}`; a value may be a list of one, as OpenBao writes it. */
function headersOf(text: string): Record<string, string> {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw badDevice("headers is not JSON");
  }
  if (given === null || typeof given !== "object" || Array.isArray(given))
    throw badDevice("headers is not a JSON object");
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const one: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
    if (!HEADER.test(name) || OWN_HEADERS.test(name) || typeof one !== "string" || !/^[\t -~]*$/.test(one))
      throw badDevice("headers holds one that cannot be sent");
    headers[name] = one;
  }
  return headers;
}

function readCa(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw badDevice("ca_file cannot be read");
  }
}

async function post({ url, lookup, headers, ca }: Target, body: Buffer, signal: AbortSignal): Promise<void> {
  const { request } = url.protocol === "https:" ? await import("node:https") : await import("node:http");
  const options: RequestOptions = {
    method: "POST",
    agent: false, // a connection kept open would hold the process
    signal,
    headers: { ...headers, "content-type": "application/x-ndjson", "content-length": body.length },
    ...(ca && { ca }),
    ...(lookup && { lookup }),
  };
  await new Promise<void>((resolve, reject) => {
    const sent = request(url, options, (answer) => {
      answer.resume();
      const status = answer.statusCode ?? 0;
      if (status >= 200 && status < 300) answer.once("end", resolve);
      else reject(new Error(`it answered ${status}`));
      answer.once("error", reject);
    });
    sent.once("error", reject);
    sent.end(body);
  });
}
