/** Rows of rotation and of asking providers whether a credential works. */
import { type ErrorRow, row } from "./row.ts";

export const rotationErrors = {
  "verify.part-missing": row(
    400,
    1,
    "the part {part} is missing, or cannot stand in a request",
    "store it as a field of the secret: bulkhead secret put NAME --field {part}",
  ),
  "rotation.unknown": row(404, 1, "there is no rotation {id}", "bulkhead rotate list shows them"),
  "rotation.no-secret": row(
    404,
    1,
    "{secret} has no value in {environment} of {project}",
    "store one first: bulkhead secret put",
  ),
  "rotation.not-declared": row(
    400,
    2,
    "{secret} is not declared in {project}, or not stored by Bulkhead in {environment}",
    "declare it in bulkhead.yaml and run bulkhead apply; what `from:` and `dynamic:` name is rotated where it is kept",
  ),
  "rotation.active": row(
    409,
    1,
    "{secret} is being rotated in {environment} already: {id}",
    "bulkhead rotate continue {id}, or bulkhead rotate rollback {id}",
  ),
  "rotation.taken": row(
    409,
    1,
    "another process is working on the rotation {id}",
    "wait for it, then look: bulkhead rotate status {id}",
  ),
  "rotation.state": row(
    409,
    1,
    "the rotation {id} is {state}: {problem}",
    "bulkhead rotate status {id} shows its steps",
  ),
  "rotation.frozen": row(
    409,
    1,
    "rotations are frozen until {until}: {reason}",
    "bulkhead rotate freeze --off ends it",
  ),
  "rotation.refused": row(
    502,
    1,
    "{provider} refused to {what}: {reason}",
    "look at what the minting secret may do; the key in use was not touched",
  ),
  "rotation.unavailable": row(
    502,
    1,
    "{provider} gave no usable answer when asked to {what}: {reason}",
    "it is tried again; the key in use was not touched",
  ),
  "rotation.no-minter": row(
    400,
    2,
    "{provider} mints keys by another secret, which {secret} does not name, or which lacks `{part}`",
    "declare it: rotate: { every: …, with: NAME }, and store its fields",
  ),
  "rotation.bad-answer": row(
    502,
    1,
    "{provider} said yes when asked to {what}, but {problem}",
    "what it may have made is looked for and removed; the key in use was not touched",
  ),
  "rotation.bad-driver": row(
    400,
    2,
    "the rotation of {secret} cannot be done this way: {problem}",
    "docs/rotate.md lists the drivers and what each needs",
  ),
  "rotation.approval": row(
    403,
    1,
    "{environment} wants another person to agree before a rotation: {id}",
    "somebody else runs bulkhead rotate approve {id}",
  ),
} as const satisfies Record<string, ErrorRow>;
