/** The declaration's secrets: declared ones, and those that stages name by their provider. */
import { parseDuration } from "../core/duration.ts";
import { nearest } from "../core/errors.ts";
import { isKind, kinds } from "../core/kinds.ts";
import type { Kind } from "../core/kinds.ts";
import { fieldsOf, providerById, providerNames } from "../providers/lookup.ts";
import type { Provider } from "../providers/types.ts";
import { childOf, entriesOf, some, textOf, textsOf } from "./cells.ts";
import type { Cell } from "./check.ts";
import { type Problems, shown } from "./problems.ts";
import { pushesOf } from "./push.ts";
import type { At, DeclaredSecret, PushDeclaration, Rotation } from "./types.ts";

export class SecretTable {
  readonly #secrets = new Map<string, DeclaredSecret>();
  readonly #withAt = new Map<string, At>();
  readonly #tokens: { readonly secret: string; readonly at: At }[] = [];
  readonly #uses: { readonly secret: string; readonly at: At }[] = [];
  /** Named in a `with:`. */
  readonly #minters: ReadonlySet<string | undefined>;
  readonly #owner: string | undefined;
  readonly #problems: Problems;

  constructor(cell: Cell | null, owner: string | undefined, problems: Problems) {
    this.#owner = owner;
    this.#problems = problems;
    const bodies = [...entriesOf(cell).values()].map((entry) => entry.cell);
    this.#minters = new Set(bodies.map((body) => textOf(childOf(body, "rotate"), "with")));
    for (const [name, { keyAt, cell: body }] of entriesOf(cell)) this.#declare(name, keyAt, body);
  }

  all(): readonly DeclaredSecret[] {
    return [...this.#secrets.values()];
  }

  /** The secret a stage names: a declared one, else a provider's. null (with a problem) when it is neither. */
  use(name: string, at: At): DeclaredSecret | null {
    const known = this.#secrets.get(name) ?? this.#implied(name, at);
    if (known !== null) this.#uses.push({ secret: known.name, at });
    return known;
  }

  #implied(name: string, at: At): DeclaredSecret | null {
    const provider = providerById(name);
    if (provider === undefined) {
      const near = nearest(name, [...this.#secrets.keys(), ...providerNames()]);
      this.#problems.add(
        at,
        "manifest.unknown-secret",
        { name: shown(name) },
        near === null ? undefined : `did you mean \`${near}\`? Otherwise declare it under \`secrets:\``,
      );
      return null;
    }
    const known = this.#secrets.get(provider.id);
    if (known !== undefined) return known;
    const same = this.all().filter((one) => one.declared && one.provider === provider.id);
    if (same.length > 0) {
      const declared = same.map((one) => `\`${one.name}\``).join(", ");
      this.#problems.add(at, "manifest.ambiguous-secret", { name, declared, first: same[0]?.name });
      return null;
    }
    const secret = this.#fill({ name: provider.id, declared: false, provider, cell: null, at });
    this.#secrets.set(secret.name, secret);
    return secret;
  }

  #declare(name: string, at: At, cell: Cell | null): void {
    const id = textOf(cell, "provider");
    const provider = id === undefined ? undefined : providerById(id);
    const from = entriesOf(cell).get("from");
    const dynamic = entriesOf(cell).get("dynamic");
    if (from !== undefined && dynamic !== undefined)
      this.#problems.add(dynamic.keyAt, "manifest.bad-value", {
        where: `secrets.${name}`,
        problem: "it is both minted (`dynamic`) and kept elsewhere (`from`)",
        help: "keep one of them",
      });
    const ttl = entriesOf(cell).get("ttl");
    if (ttl !== undefined && dynamic === undefined)
      this.#problems.add(ttl.keyAt, "manifest.bad-value", {
        where: `secrets.${name}.ttl`,
        problem: "it applies to secrets that are minted for each run",
        help: "add `dynamic:`, or use `rotate:`",
      });
    this.#secrets.set(name, this.#fill({ name, declared: true, provider, cell, at }));
  }

  #fill(entry: {
    name: string;
    declared: boolean;
    provider: Provider | undefined;
    cell: Cell | null;
    at: At;
  }): DeclaredSecret {
    const { name, declared, provider, cell, at } = entry;
    const word = textOf(cell, "kind");
    const kind: Kind = word !== undefined && isKind(word) ? word : (provider?.kind ?? "generic");
    const parts = provider === undefined ? [] : fieldsOf(provider);
    const plain = [
      ...new Set([
        ...parts.filter(({ secret }) => !secret).map((part) => part.name),
        ...(this.#minters.has(name) ? mintingNeeds(provider) : []),
        ...textsOf(childOf(cell, "plain")),
      ]),
    ];
    const open = entriesOf(cell).has("dynamic") || entriesOf(cell).has("from");
    const ttl = textOf(cell, "ttl");
    return {
      name,
      declared,
      ...some("provider", provider?.id),
      kind,
      ...some("owner", textOf(cell, "owner") ?? this.#owner),
      ...some("purpose", textOf(cell, "purpose")),
      allow: textsOf(childOf(cell, "allow")),
      rotate: this.#rotation(name, cell, provider, kind),
      ...some("shared", textOf(cell, "shared")),
      ...some("dynamic", textOf(cell, "dynamic")),
      ...some("ttl", ttl === undefined ? undefined : parseDuration(ttl)),
      ...some("from", textOf(cell, "from")),
      ...some("push", this.#pushes(cell)),
      plain,
      fields:
        provider === undefined || open ? [] : [...new Set([...parts.map((part) => part.name), ...plain])],
      at,
    };
  }

  #pushes(cell: Cell | null): readonly PushDeclaration[] | undefined {
    const found = entriesOf(cell).get("push");
    if (found === undefined) return undefined;
    const pushes = pushesOf(found.cell);
    for (const push of pushes)
      if (push.with !== undefined) this.#tokens.push({ secret: push.with, at: push.at });
    return pushes;
  }

  #rotation(name: string, cell: Cell | null, provider: Provider | undefined, kind: Kind): Rotation {
    const entry = childOf(cell, "rotate");
    const byDefault = parseDuration(provider?.rotate.every ?? kinds[kind].rotate);
    if (entry === null) return { every: byDefault, declared: false };
    if (entry.kind === "text") return { every: parseDuration(entry.text), declared: true };
    const every = textOf(entry, "every");
    const grace = textOf(entry, "grace");
    const minter = childOf(entry, "with");
    if (minter?.kind === "text") this.#withAt.set(name, minter.at);
    return {
      every: every === undefined ? byDefault : parseDuration(every),
      ...some("grace", grace === undefined ? undefined : parseDuration(grace)),
      ...some("with", textOf(entry, "with")),
      ...some("url", textOf(entry, "url")),
      ...some("script", textOf(entry, "script")),
      ...some("webhook", textOf(entry, "webhook")),
      declared: true,
    };
  }

  /** After all stages are read: minting secrets exist, are used by no stage, and don't mint each other in a circle. */
  finish(): void {
    const minters = new Map<string, At>();
    for (const [name, at] of this.#withAt) {
      const minter = this.#secrets.get(name)?.rotate.with ?? "";
      if (!this.#secrets.has(minter)) {
        const near = nearest(minter, [...this.#secrets.keys()]);
        const hint = near === null ? undefined : `did you mean \`${near}\`?`;
        this.#problems.add(at, "manifest.unknown-secret", { name: shown(minter) }, hint);
        continue;
      }
      minters.set(minter, at);
    }
    for (const { secret, at } of this.#tokens)
      if (this.#secrets.has(secret)) minters.set(secret, at);
      else this.#problems.add(at, "manifest.unknown-secret", { name: shown(secret) });
    this.#circles();
    for (const { secret, at } of this.#uses) {
      const minting = minters.get(secret);
      if (minting !== undefined)
        this.#problems.add(at, "manifest.rotation-secret-used", { name: secret, line: minting.line });
    }
  }

  /** Each chain is walked once: every secret has at most one `with:`, so a chain that meets itself is a circle. */
  #circles(): void {
    const seen = new Map<string, number>();
    for (const [walk, start] of [...this.#withAt.keys()].entries()) {
      let name: string | undefined = start;
      while (name !== undefined && !seen.has(name)) {
        seen.set(name, walk);
        name = this.#secrets.get(name)?.rotate.with;
      }
      if (name === undefined || seen.get(name) !== walk) continue;
      const path = [name];
      for (let next = this.#secrets.get(name)?.rotate.with; next !== undefined && next !== name; ) {
        path.push(next);
        next = this.#secrets.get(next)?.rotate.with;
      }
      const at = this.#withAt.get(name);
      if (at !== undefined) this.#problems.add(at, "manifest.cycle", { path: shownPath([...path, name]) });
    }
  }
}

const shownPath = (names: readonly string[]): string =>
  (names.length > 10 ? [...names.slice(0, 9), "…", ...names.slice(-1)] : names).join(" → ");

/** What a provider's key API wants of whoever mints, besides the parts of a credential: a project's id. */
const mintingNeeds = (provider: Provider | undefined): string[] =>
  (provider?.rotate.calls ?? []).flatMap(({ needs }) => Object.keys(needs ?? {}));
