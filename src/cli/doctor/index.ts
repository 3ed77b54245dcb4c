/** The examinations of `bulkhead doctor`, in the order in which they are shown. */
import { auditExamination, clockExamination, storeExamination } from "./store.ts";
import { envFileExamination, isolationExamination, processExamination } from "./machine.ts";
import { diskExamination, homeExamination, keyExamination, loginExamination } from "./files.ts";
import { serverExamination } from "./server.ts";
import type { Examination } from "./types.ts";

export const examinations: readonly Examination[] = [
  processExamination,
  homeExamination,
  keyExamination,
  loginExamination,
  diskExamination,
  storeExamination,
  auditExamination,
  clockExamination,
  serverExamination,
  isolationExamination,
  envFileExamination,
];
