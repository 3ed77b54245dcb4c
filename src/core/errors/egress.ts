/** Rows of the network that a job may reach. */
import { type ErrorRow, row } from "./row.ts";

export const egressErrors = {
  "egress.bad-host": row(
    400,
    2,
    "`{entry}` names no host that a job could be limited to: {reason}",
    "write api.example.com, *.example.com, host:8443, an address, or a network such as 10.2.0.0/16",
  ),
} as const satisfies Record<string, ErrorRow>;
