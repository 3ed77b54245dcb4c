/**
 * What `{{…}}` may name in the issuer's templates. `identity.token.metadata` is Bulkhead's own: what the login said of the token
 * (project, stage, environment, run). A token that another token made has chosen its metadata itself, so it has none here.
 */
import { parseDuration } from "../../../core/duration.ts";
import type { Json } from "../../../core/json-bytes.ts";
import type { IdentityView, Texts } from "../../../kernel/identity/types.ts";
import type { Caller } from "../../../kernel/plugin.ts";

export interface SlotValues {
  readonly view: IdentityView | null;
  readonly tokenMetadata: Texts;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** undefined: it has no value here. */
export type Slot = (values: SlotValues) => Json | undefined;

const own = (texts: Texts | undefined, key: string): string | undefined =>
  texts !== undefined && Object.hasOwn(texts, key) ? texts[key] : undefined;

const entity = ({ view }: SlotValues) => view?.templates.entity;

const FIXED: Readonly<Record<string, Slot>> = {
  "identity.entity.id": (values) => entity(values)?.id,
  "identity.entity.name": (values) => entity(values)?.name,
  "identity.entity.metadata": (values) => entity(values)?.metadata ?? {},
  "identity.entity.groups.ids": ({ view }) => view?.templates.groups.map(({ id }) => id) ?? [],
  "identity.entity.groups.names": ({ view }) => view?.templates.groups.map(({ name }) => name) ?? [],
  "identity.token.metadata": ({ tokenMetadata }) => tokenMetadata,
  "time.now": ({ now }) => now,
};

type Prefix = readonly [prefix: string, slot: (rest: string) => Slot | null];

const PREFIXES: readonly Prefix[] = [
  ["identity.entity.metadata.", (key) => (values) => own(entity(values)?.metadata, key)],
  [
    "identity.token.metadata.",
    (key) =>
      ({ tokenMetadata }) =>
        own(tokenMetadata, key),
  ],
  ["identity.entity.aliases.", aliasSlot],
  ["time.now.plus.", (span) => shifted(span, 1)],
  ["time.now.minus.", (span) => shifted(span, -1)],
];

function aliasSlot(rest: string): Slot | null {
  const dot = rest.indexOf(".");
  const [accessor, field] = [rest.slice(0, dot), rest.slice(dot + 1)];
  if (dot <= 0) return null;
  const alias = (values: SlotValues) =>
    entity(values)?.aliases?.find(({ mountAccessor }) => mountAccessor === accessor);
  if (field === "id") return (values) => alias(values)?.id;
  if (field === "name") return (values) => alias(values)?.name;
  if (field === "metadata") return (values) => alias(values)?.metadata ?? {};
  if (field === "custom_metadata") return (values) => alias(values)?.customMetadata ?? {};
  if (field.startsWith("metadata."))
    return (values) => own(alias(values)?.metadata, field.slice("metadata.".length));
  if (field.startsWith("custom_metadata."))
    return (values) => own(alias(values)?.customMetadata, field.slice("custom_metadata.".length));
  return null;
}

/** Throws `duration.invalid`. */
function shifted(span: string, sign: 1 | -1): Slot {
  const seconds = Math.floor(parseDuration(span) / 1_000);
  return ({ now }) => now + sign * seconds;
}

/** null: no such slot. Throws `duration.invalid`. */
export function slotOf(expression: string): Slot | null {
  if (Object.hasOwn(FIXED, expression)) return FIXED[expression] ?? null;
  for (const [prefix, slot] of PREFIXES)
    if (expression.startsWith(prefix) && expression.length > prefix.length)
      return slot(expression.slice(prefix.length));
  return null;
}

/** What the login said. Children choose their own metadata: it proves nothing. */
export const vouchedMetadata = ({ path, metadata }: Pick<Caller, "path" | "metadata">): Texts =>
  path.startsWith("auth/") && !path.startsWith("auth/token/") ? metadata : {};
