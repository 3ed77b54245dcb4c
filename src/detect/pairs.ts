/**
 * Credentials of two parts (a key id and its secret): where both stand close together they are one match, the secret's, which says
 * where its id is. An id alone opens nothing, and says what is missing; a secret that goes with another one stays whole. Matches are taken in order of their offset, so the outcome
 * is the same however the input arrived.
 */
import type { RawMatch, Rule } from "./types.ts";

/** Bytes between the parts of one credential. */
export const PAIR_DISTANCE = 1000;

interface Entry {
  readonly match: RawMatch;
  /** Which parts it goes with: the same text for an id and its secret. */
  readonly id: string | null;
  readonly secret: string | null;
  paired: NonNullable<RawMatch["paired"]> | null;
  /** The other way round. */
  joined: boolean;
  gone: boolean;
}

export class Pairs {
  readonly #lone = new Map<Rule, Rule>();
  readonly #keep: boolean;
  #queue: Entry[] = [];

  /** `keep`: secrets that go with another one are given too. */
  constructor(keep: boolean) {
    this.#keep = keep;
  }

  /** Matches by offset, and the offset before which no further one will begin; gives those that are certain now. */
  push(matches: readonly RawMatch[], frontier: number): RawMatch[] {
    for (const match of matches) this.#take(match);
    const settled = this.#queue.findIndex(
      (entry) => !this.#certain(entry) && end(entry.match) + PAIR_DISTANCE >= frontier,
    );
    const ready = settled === -1 ? this.#queue : this.#queue.slice(0, settled);
    this.#queue = settled === -1 ? [] : this.#queue.slice(settled);
    return ready.filter(({ gone }) => !gone).map((entry) => this.#finished(entry));
  }

  #certain({ id, secret, joined, paired }: Entry): boolean {
    return (id === null && secret === null) || joined || paired !== null;
  }

  /** A part goes with the nearest free other part before it. */
  #take(match: RawMatch): void {
    const { provider = "", part = "", needs } = match.rule;
    const entry: Entry = {
      match,
      id: needs === undefined ? null : `${provider}/${needs.part}`,
      secret: match.rule.completes === true ? `${provider}/${part}` : null,
      paired: null,
      joined: false,
      gone: false,
    };
    this.#queue.push(entry);
    for (let i = this.#queue.length - 2; i >= 0; i--) {
      const other = this.#queue[i] as Entry;
      if (match.offset - end(other.match) > PAIR_DISTANCE) return; // matches never overlap: all others end earlier still
      if (this.#certain(other)) continue;
      const [id, secret] = entry.id === null ? [other, entry] : [entry, other];
      if (id.id === null || id.id !== secret.secret) continue;
      id.joined = true;
      id.gone = !this.#keep || id.match.rule.needs?.alone !== true;
      secret.paired = { part: id.match.rule.part ?? "", offset: id.match.offset, length: id.match.length };
      return;
    }
  }

  #finished({ match, id, paired }: Entry): RawMatch {
    if (paired !== null) return { ...match, paired };
    if (id === null || match.rule.needs === undefined || match.rule.needs.alone === true) return match;
    let lone = this.#lone.get(match.rule);
    if (lone === undefined) {
      lone = { ...match.rule, severity: "low" };
      this.#lone.set(match.rule, lone);
    }
    return { ...match, rule: lone, incomplete: match.rule.needs.title };
  }
}

const end = ({ offset, length }: RawMatch): number => offset + length;
