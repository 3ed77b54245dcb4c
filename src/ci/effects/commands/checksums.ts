/** Checksums and signatures. */
import type { CommandRow } from "../types.ts";
import { row } from "./row.ts";

export const checksums: readonly CommandRow[] = [
  row("sha256sum", "read", "project", { needs: ["-c", "--check"], verifies: true }),
  row("sha512sum", "read", "project", { needs: ["-c", "--check"], verifies: true }),
  row("shasum", "read", "project", { needs: ["-c", "--check"], verifies: true }),
  row("gpg", "read", "gpg", { needs: ["--verify"], verifies: true }),
  row("minisign", "read", "gpg", { needs: ["-V", "-Vm"], verifies: true }),
];
