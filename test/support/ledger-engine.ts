/**
 * An engine whose leased credentials live in a file outside the store, as a database's users do: a line when one is made, a line
 * each time one is revoked, each with the process that did it; and whose background work counts its turns there. A file
 * `<ledger>.stop-<pid>` makes that process stop itself (SIGSTOP) in the middle of a turn. For tests of several nodes.
 */
import { randomUUID } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import type { PluginType } from "../../src/kernel/plugin.ts";

export interface LedgerLine {
  readonly did: "made" | "revoked" | "turn";
  /** Of a turn: its number. */
  readonly user: string;
  readonly pid: number;
}

export function ledgerEngine(file: string): PluginType {
  const write = (did: LedgerLine["did"], user: string): void =>
    appendFileSync(file, `${JSON.stringify({ did, user, pid: process.pid })}\n`);
  return {
    type: "ledger",
    title: "Ledger",
    description: "for tests",
    create: () => ({
      paths: [
        {
          pattern: "creds/{ms}",
          summary: "A credential that ends after so many milliseconds",
          fields: { ms: { type: "string", plain: true, description: "Its life" } },
          operations: {
            read: ({ params }) => {
              const user = randomUUID();
              write("made", user);
              const ttl = Number(params.ms);
              return Promise.resolve({ data: { user }, lease: { ttl, renewable: true, internal: { user } } });
            },
          },
        },
      ],
      tidy: async (storage) => {
        const turn = Number((await storage.get("turn"))?.toString() ?? 0) + 1;
        const stop = `${file}.stop-${process.pid}`;
        if (existsSync(stop)) {
          rmSync(stop);
          process.kill(process.pid, "SIGSTOP");
        }
        await storage.put("turn", Buffer.from(String(turn)));
        write("turn", String(turn));
      },
      revoke: ({ internal }) => {
        write("revoked", String(internal.user));
        return Promise.resolve();
      },
    }),
  };
}

export function readLedger(file: string): LedgerLine[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as LedgerLine);
}
