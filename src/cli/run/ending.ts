/** What a run took back at its end, and what proves it: the token presented once more, leases looked up by who may. */
import type { ApiClient } from "../../client/index.ts";
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import { type Envelope, parseEnvelope } from "../../core/receipt.ts";
import type { Revocation } from "../../run/receipt.ts";
import type { RunEnding } from "../../run/session.ts";
import type { Lease } from "./fetch.ts";

export const nothingToEnd: RunEnding = { revocations: [], sign: null, drop: () => Promise.resolve([]) };

/** All is over; `after` gives up what is needed to have the receipt signed. */
export const ended = (
  revocations: readonly Revocation[],
  sign: RunEnding["sign"],
  after: () => Promise<void>,
): RunEnding => ({
  revocations,
  sign,
  drop: async () => {
    await after();
    return revocations;
  },
});

/** Presents the token once more. */
export async function endedToken(client: ApiClient, stage: string): Promise<Revocation> {
  const answer = await client
    .call("GET", "auth/token/lookup-self", undefined, { allow: [403] })
    .catch(() => null); // the store does not answer any more
  const facts = { what: "token", of: stage } as const;
  if (answer === null) return { ...facts, result: "revoked", proof: null };
  return answer.status === 403
    ? { ...facts, result: "revoked", proof: "refused" }
    : { ...facts, result: "not revoked", proof: null };
}

export const leaseOf = (secret: string, over: boolean, proof: Revocation["proof"]): Revocation => ({
  what: "lease",
  of: secret,
  result: over ? "revoked" : "not revoked",
  proof: over ? proof : null,
});

/** As the caller, where they may look leases up. */
export async function endedLeases(client: ApiClient, leases: readonly Lease[]): Promise<Revocation[]> {
  const all: Revocation[] = [];
  for (const { secret, id } of leases) {
    const answer = await client
      .call("POST", "sys/leases/lookup", { lease_id: id }, { allow: [400, 403, 404] })
      .catch(() => null);
    const status = answer?.status ?? 403;
    all.push(leaseOf(secret, status !== 200, status === 403 ? null : "absent"));
  }
  return all;
}

/** `id` where the path does not name the run. */
export const signedBy =
  (client: ApiClient, path: string, id?: string) =>
  async (statement: Buffer): Promise<Envelope | null> => {
    const body = { statement: statement.toString("base64"), ...(id !== undefined && { id }) };
    try {
      return await envelopeAt(client, "POST", path, body);
    } catch (error) {
      if (isBulkheadError(error) && error.status === 403 && error.code !== "receipt.not-yours") return null;
      throw error;
    }
  };

/** Throws `receipt.invalid`, `receipt.unknown` and the API's own errors. */
export async function envelopeAt(
  client: ApiClient,
  method: "GET" | "POST",
  path: string,
  body?: Readonly<Record<string, string>>,
): Promise<Envelope> {
  const answer = await client.call(method, path, body, { allow: [404] });
  const data = JSON.parse(answer.body.get("data")?.bytes.toString("utf8") ?? "{}") as { envelope?: string };
  if (answer.status === 404 || data.envelope === undefined)
    throw new BulkheadError("receipt.unknown", { id: path.split("/").at(-2) ?? "" });
  return parseEnvelope(data.envelope);
}
