/** Rows of run receipts. */
import { type ErrorRow, row } from "./row.ts";

export const receiptErrors = {
  "receipt.invalid": row(
    400,
    1,
    "this is no valid receipt: {problem}",
    "take the receipt as it was written; `bulkhead receipts list` shows the ones at hand",
  ),
  "receipt.other-run": row(
    400,
    1,
    "the receipt does not fit run {id}: {problem}",
    "a run's receipt is made by the Bulkhead that ran it, after its end",
  ),
  "receipt.exists": row(
    409,
    1,
    "run {id} has another receipt already",
    "the first receipt of a run stands; `bulkhead receipts show` prints it",
  ),
  "receipt.not-yours": row(
    403,
    1,
    "run {id} was begun by somebody else",
    "the token that began a run is the one that may have its receipt signed",
  ),
  "receipt.unknown": row(
    404,
    1,
    "there is no receipt of run {id}",
    "`bulkhead receipts list` shows the ones at hand",
  ),
  "receipt.not-signed": row(
    500,
    1,
    "the run's receipt is not signed as it should be: {reason}",
    "`bulkhead receipts list` shows who signed; a receipt without a signature is no proof",
  ),
  "receipt.no-key": row(
    400,
    1,
    "there is no key here for {keyid}",
    "`bulkhead receipts key` prints it where it was signed; give that file with --key-file",
  ),
  "receipt.key-invalid": row(
    400,
    1,
    "{path} holds no Ed25519 key",
    "the key that signs is made anew when the file is gone; receipts signed before then need the old public key",
  ),
} as const satisfies Record<string, ErrorRow>;
