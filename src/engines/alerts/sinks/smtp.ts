/** E-mail over a mail server: TLS, or clear text to this machine alone. */
import { isIP } from "node:net";
import { BulkheadError } from "../../../core/errors.ts";
import { checkHost, guardedLookup, isLoopbackAddress } from "../../../core/destination.ts";
import type { SinkType } from "./types.ts";

const TIMEOUT_MS = 10_000;
const TLS = ["starttls", "tls", "none"];
const PORTS: Readonly<Record<string, number>> = { starttls: 587, tls: 465, none: 25 };
const MOST_TO = 20;

const bad = (problem: string): BulkheadError => new BulkheadError("alert.bad-sink", { problem });
const addresses = (text = ""): string[] =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
const isAddress = (text: string): boolean =>
  /^[^\s@<>(),;:"\\\p{Cc}]{1,64}@[^\s@<>(),;:"\\\p{Cc}]{1,190}$/u.test(text);

export const smtp: SinkType = {
  type: "smtp",
  title: "e-mail",
  options: {
    host: { description: "The mail server", required: true },
    port: { description: "587 with starttls, 465 with tls, 25 with none" },
    tls: { description: "starttls (the default), tls, or none: to this machine alone" },
    from: { description: "The sender's address", required: true },
    to: { description: `Addresses, with commas, at most ${MOST_TO}`, required: true },
    username: { description: "For a server that asks" },
    password: { description: "For a server that asks", secret: true },
    ca: { description: "PEM of a certificate authority besides the usual ones" },
  },
  check: (options) => {
    const { host = "", port, tls = "starttls", from = "", to, username, password } = options;
    if (!/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/.test(host) && isIP(host) === 0)
      throw bad("host is a host's name");
    if (port !== undefined && !/^\d{1,5}$/.test(port)) throw bad("port is a number");
    if (!TLS.includes(tls)) throw bad(`tls is ${TLS.join(", ")}`);
    if (!isAddress(from) || addresses(to).length === 0 || !addresses(to).every(isAddress))
      throw bad("from and to are addresses such as a@example.com");
    if (addresses(to).length > MOST_TO) throw bad(`there are at most ${MOST_TO} addresses in to`);
    if ((username === undefined) !== (password === undefined))
      throw bad("username and password belong together");
    if (tls === "none" && host !== "localhost" && !isLoopbackAddress(host))
      throw bad("without TLS it goes to this machine alone");
  },
  shown: ({ to, host = "" }) => `${addresses(to).join(", ")} by ${host}`,
  send: async ({ subject, text }, options) => {
    const { createTransport } = await import("nodemailer");
    const { host = "", tls = "starttls", port, from = "", to, username, password, ca } = options;
    const transport = createTransport({
      host: await resolved(host),
      port: Number(port ?? PORTS[tls]),
      secure: tls === "tls",
      requireTLS: tls === "starttls",
      ignoreTLS: tls === "none",
      tls: { ...(isIP(host) === 0 && { servername: host }), ...(await withUsual(ca)) },
      ...(username !== undefined && { auth: { user: username, pass: password ?? "" } }),
      ...{ connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
      ...{ disableFileAccess: true, disableUrlAccess: true },
    });
    try {
      await transport.sendMail({
        from,
        to: addresses(to),
        subject,
        text,
        headers: { "Auto-Submitted": "auto-generated" },
      });
    } catch (error) {
      throw new Error(reasonOf(error));
    } finally {
      transport.close();
    }
  },
};

/** The address that was looked at is the one that is connected to. */
async function resolved(host: string): Promise<string> {
  checkHost(host);
  if (isIP(host) !== 0) return host;
  return await new Promise((resolve, reject) => {
    guardedLookup()(host, {}, (error, address) => {
      if (error !== null) reject(error);
      else resolve(typeof address === "string" ? address : (address[0]?.address ?? ""));
    });
  });
}

async function withUsual(ca: string | undefined): Promise<{ readonly ca?: string[] }> {
  if (ca === undefined) return {};
  const { getCACertificates } = await import("node:tls");
  return { ca: [...getCACertificates("default"), ca] };
}

/** The server's own words may hold an address, never the password. */
function reasonOf(error: unknown): string {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  return [
    typeof code === "string" ? code : "failed",
    typeof responseCode === "number" ? String(responseCode) : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}
