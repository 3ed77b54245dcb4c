/**
 * What a vendor's credentials look like, what they open and how they are used: data that detection, verification, rotation,
 * the broker, `init`, litmus and the CI inventory all read. One file a vendor; `index.ts` is the registry.
 */
import type { Severity } from "../core/finding.ts";
import type { Kind } from "../core/kinds.ts";

/** Alphabets by name, as the test generator of fake values names them. */
export type Alphabet =
  | "alnum"
  | "hex"
  | "upper"
  | "lower"
  | "base64"
  | "base64url"
  | "digits"
  | "caps"
  | "letters"
  | "anyhex"
  | "base32"
  | "base58"
  | "word"
  | "slug";

/** Extra proof that text of the right shape is a credential; `detect/checks.ts` holds one function for each. */
export type CheckId = ChecksumId | "discord-id" | "jwt" | "jwt-service-role" | "jwt-kubernetes";

/** Checks of which a value can be made: its last characters follow from the others. */
export type ChecksumId = "crc32-base62" | "crc32-base36" | "crc32-hex" | "crc32-hex-body" | "crc32-grafana";

/**
 * How a test value is made, never the value: literal text, random characters, a checksum over what stands before it (`crc32-base62`:
 * over the random characters only, `crc32-hex-body`: over what follows the first underscore), parts in base64, or a signed token with the given claims.
 */
export type RecipePart =
  | string
  | { readonly random: Alphabet; readonly length: number }
  | { readonly checksum: ChecksumId }
  | { readonly base64: readonly RecipePart[] }
  | { readonly jwt: Readonly<Record<string, string | number>> };
export type Recipe = readonly RecipePart[];

/** One way in which a credential appears in text. */
export interface Format {
  /** Source of a regular expression over Latin-1 text, without flags. The value is its first group, else the whole match. */
  readonly pattern: string;
  /** Every match holds at least one of these; found without regard to case, at least three bytes each. */
  readonly literals: readonly string[];
  /** Bytes of the longest match, context included; computed from the expression when left out. */
  readonly maxLength?: number;
  /** Bytes of a match that may precede its literal; where no fixed place follows from the expression, `maxLength` when left out. */
  readonly before?: number;
  /** How the value is written: percent-encoded, or as PEM with its line ends escaped. */
  readonly decode?: "percent" | "pem";
  /** Shannon entropy in bits per character (the fixed prefix left out) below which a value is a placeholder. */
  readonly minEntropy?: number;
  readonly check?: CheckId;
}

export interface CredentialType {
  /** Unique over all providers; it is the rule id of a finding. */
  readonly id: string;
  readonly title: string;
  readonly formats: readonly Format[];
  readonly severity: Severity;
  /** Page of the vendor that documents it. */
  readonly cite?: string;
  /** Which of the provider's parts this is; `value` when left out. */
  readonly part?: string;
  /** Fixed first characters that everybody may see. */
  readonly prefixes?: readonly string[];
  /** Recognised only beside a name that says whose it is: the shape alone says nothing. */
  readonly needsContext?: boolean;
  /** That name is the vendor's own setting (`ACME_API_KEY`): it beats a word that merely stands beside the value. */
  readonly ownName?: boolean;
  /** Made to be public: reported as `info`. */
  readonly public?: boolean;
  /** Whom it acts for; a person's credential in an automated stage is a finding. */
  readonly actsFor?: "machine" | "person";
  /** Where it differs from the provider's. */
  readonly kind?: Kind;
  /** Recipes of text that must be found, and of text that must not. */
  readonly hits: readonly Recipe[];
  readonly misses: readonly Recipe[];
}

export interface Part {
  readonly name: string;
  /** False for what identifies but opens nothing (user name, host, key id): left out of the index of reused values. */
  readonly secret: boolean;
  /**
   * Of an id: the secret part without which it opens nothing; found beside each other they are one credential. The provider's only
   * secret part when left out; a provider of several secret parts names it here. Of a secret part, which opens something by itself
   * too: the part beside which it is no credential of its own.
   */
  readonly needs?: string;
}

export type Verdict = "live" | "dead" | "limited" | "unknown";

/** A request that changes nothing and costs nothing. `{part}` in the URL, headers or body is replaced by that part. */
export interface VerifyRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What each HTTP status says; any other is `unknown`. `limited`: accepted, but without the right asked for, or out of quota. */
  readonly verdicts: Readonly<Record<number, Verdict>>;
}

/** Data that becomes JSON; `{place}` may stand in any text of it. */
export type CallBody =
  | string
  | number
  | boolean
  | null
  | readonly CallBody[]
  | { readonly [key: string]: CallBody };

/**
 * One call of a key API. Places: `{part}` of the credential that is replaced, `{minter.part}` of the secret that mints, `{name}` (the new
 * key's, unique to a rotation) and `{id}` (the key's that is meant).
 */
export interface KeyCall {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `base`. */
  readonly path: string;
  readonly body?: CallBody;
}

/** A list of keys; places in answers are dotted paths (`data.0.id`). */
export interface ListCall extends KeyCall {
  /** The array; empty: the answer itself. */
  readonly items: string;
  readonly id: string;
  /** Holds `{name}` of keys that a rotation made. */
  readonly name?: string;
  /** Holds a shortened form of the value (`sk-…abcd`), by which a key that was stored by hand is known. */
  readonly hint?: string;
  /** Another page: the query parameter, and where the answer has its value; none when `more` is there and false. */
  readonly next?: { readonly query: string; readonly at: string; readonly more?: string };
}

/** How a vendor's keys are made and revoked over plain HTTP. */
export interface KeyApi {
  /** What is made: `service-account key`. */
  readonly title: string;
  /** Only for values that start so; any when left out. */
  readonly prefixes?: readonly string[];
  /** Only for credentials that have this part. */
  readonly part?: string;
  /** What `rotate: { url: … }` replaces; may begin with a part that is an address (`{host}`). */
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Parts of the minting secret besides those of the provider, and what each is. */
  readonly needs?: Readonly<Record<string, string>>;
  /** The credential may mint its own successor where no other secret is named. */
  readonly self?: boolean;
  /** Absent: keys can be revoked by the API, not made. `parts`: where each part of the new credential stands in the answer; `id`: its handle for `revoke`. */
  readonly mint?: KeyCall & { readonly parts: Readonly<Record<string, string>>; readonly id: string };
  readonly revoke: KeyCall;
  /** Keys with their names: what a crash left behind is found here. */
  readonly list?: ListCall;
  /** The rights of the old key, which the new one gets: members of the mint's body and where they stand in the answer. `{old_id}` is the old one. */
  readonly like?: KeyCall & { readonly copy: Readonly<Record<string, string>> };
  /** Asked with the old key itself: what the provider calls it. */
  readonly whoami?: KeyCall & { readonly headers: Readonly<Record<string, string>>; readonly id: string };
  /** Where the handle of a key that was stored by hand is found. `list` when left out. */
  readonly find?: ListCall;
  /** The handle follows from the credential itself: this part, or its SHA-256 in hex. */
  readonly handle?: { readonly part: string; readonly digest?: "sha256" };
  readonly verify?: VerifyRequest;
  /** Page of the vendor that documents the calls. */
  readonly cite: string;
}

/** A request that changes nothing and tells what the key may do that it is sent with. */
export interface ScopesRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Page of the vendor that documents it. */
  readonly cite: string;
  /** Where the scopes stand, first found first: a header with a list, or members of the JSON answer (`*`: each of a list). */
  readonly scopes: readonly ({ readonly header: string } | { readonly json: readonly string[] })[];
  /** The vendor's scope → our rights; one that is not here stands for itself, unless its ending says it (`…:read`, `…write`, `admin…`). */
  readonly rights: Readonly<Record<string, readonly string[]>>;
  /** A member of the JSON answer whose value says that it acts for a person. */
  readonly person?: { readonly json: readonly string[]; readonly values: readonly string[] };
}

export interface Provider {
  /** Lower case with `-`; what `provider:` and `use:` name. */
  readonly id: string;
  readonly title: string;
  readonly kind: Kind;
  readonly website: string;
  readonly docs: string;
  /** Further names under which people write it in `use:`. */
  readonly aliases?: readonly string[];
  readonly credentials: readonly CredentialType[];
  /** What one credential consists of; a single secret `value` when left out. */
  readonly parts?: readonly Part[];
  /** Usual environment variables and the part that each carries. */
  readonly variables: Readonly<Record<string, string>>;
  /** Variables that redirect the vendor's clients to another address (what the broker sets). */
  readonly baseUrlVariables?: readonly string[];
  readonly hosts: readonly string[];
  /** Packages whose use implies a credential of this provider. Python: import and distribution names; npm: names, or a scope. */
  readonly packages: { readonly python?: readonly string[]; readonly npm?: readonly string[] };
  readonly rotate: {
    /** Default period where it differs from the kind's. */
    readonly every?: string;
    /** `api`: the vendor offers calls for it; `person`: somebody has to use the page. */
    readonly by: "api" | "person";
    /** Where a person rotates it. */
    readonly page?: string;
    /** The calls of the vendor's key API, one entry a sort of credential; the first whose `for` fits the value is used. */
    readonly calls?: readonly KeyApi[];
    /** The driver in `rotate/drivers/` that does it by code. */
    readonly driver?: string;
  };
  readonly verify?: VerifyRequest;
  /** Absent: its API does not tell, or nobody documents it. */
  readonly scopes?: ScopesRequest;
  /** Actions that take this provider's credential (`owner/name`). */
  readonly ciActions?: readonly string[];
}
