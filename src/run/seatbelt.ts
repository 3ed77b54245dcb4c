/**
 * The sandbox of macOS: a profile for `sandbox-exec`, which Apple calls deprecated and its own programs use. It hides files and the
 * network as on Linux; processes stay visible by number, but not what is in them. There is no namespace to undo: the kernel asks the
 * profile at every call, also of the job's children.
 */
import type { HiddenPlace } from "./hidden.ts";

export interface SeatbeltOptions {
  readonly hidden: readonly Pick<HiddenPlace, "path" | "kind">[];
  /** The proxy's port on loopback, where the network is closed; null leaves it open. */
  readonly proxyPort: number | null;
}

export const SANDBOX_EXEC = "/usr/bin/sandbox-exec";

const text = (value: string): string => `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

/** Services that answer with secrets or start programs outside. */
const SERVICES = [
  "com.apple.SecurityServer",
  "com.apple.securityd.xpc",
  "com.apple.secd",
  "com.apple.security.agent",
  "com.apple.ssh-agent",
  "com.apple.pasteboard.1",
  "com.apple.launchd.peruser",
];

/** The profile's text: everything is allowed but what stands in it, and the last rule that fits decides. */
export function seatbeltProfile({ hidden, proxyPort }: SeatbeltOptions): string {
  const places = hidden.map(
    ({ path, kind }) => `  (${kind === "folder" ? "subpath" : "literal"} ${text(path)})`,
  );
  const network =
    proxyPort === null
      ? []
      : [
          "(deny network*)",
          '(allow network-bind network-inbound (local ip "localhost:*"))',
          `(allow network-outbound (remote ip "localhost:${proxyPort}"))`,
          '(deny mach-lookup (global-name "com.apple.dnssd.service") (global-name "com.apple.mDNSResponder"))',
        ];
  return [
    "(version 1)",
    "(allow default)",
    ...(places.length === 0 ? [] : ["(deny file-read* file-write*", ...places, ")"]),
    "(deny process-info* (target others))",
    "(deny signal (target others))",
    "(allow signal (target children) (target pgrp))",
    "(deny mach-priv-task-port)",
    `(deny mach-lookup ${SERVICES.map((name) => `(global-name ${text(name)})`).join(" ")})`,
    "(deny appleevent-send)",
    "(deny job-creation)",
    ...network,
    "",
  ].join("\n");
}

/** Hosts are the proxy's to judge; a profile knows addresses only. */
export const seatbeltArguments = (options: SeatbeltOptions, program = SANDBOX_EXEC): string[] => [
  program,
  "-p",
  seatbeltProfile(options),
  "--",
];
