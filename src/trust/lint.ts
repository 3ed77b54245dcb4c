/**
 * Whom a rule lets in beside the job that was meant (B2). Each condition is read by its issuer's row; what all its values settle is
 * settled, and what the issuer's needs name beyond that is a finding, with the line to add. Without a known issuer only this is
 * certain: a rule without audience, or without any condition, takes every token that the issuer signs.
 */
import { patternOf } from "./conditions.ts";
import type {
  BroadKind,
  Condition,
  Dimension,
  Issuer,
  Need,
  Pattern,
  Reading,
  TrustFinding,
  TrustRule,
} from "./types.ts";

/** Issuers at which anybody may have an account. */
const PUBLIC = [
  /^https:\/\/accounts\.google\.com\/?$/,
  /^https:\/\/gitlab\.com\/?$/,
  /^https:\/\/login\.microsoftonline\.com\/(?:common|organizations|consumers)\//,
];

/** What every account there can have. */
const ANYBODYS = new Set(["iss", "aud", "azp", "email_verified", "locale", "ver", "acr", "amr", "name"]);

export interface LintOptions {
  /** undefined: not a known one; only the general rules apply. */
  readonly issuer?: Issuer | undefined;
}

export function lint(rule: TrustRule, { issuer }: LintOptions = {}): readonly TrustFinding[] {
  return [
    ...audienceFindings(rule),
    ...(issuer === undefined ? generalFindings(rule) : issuerFindings(rule, issuer)),
  ];
}

/** A browser login's role: the provider vouches for the person, so that only providers for everybody need a condition. */
export function lintPeople(rule: TrustRule, iss: string): readonly TrustFinding[] {
  const telling = rule.conditions.filter(({ claim }) => !ANYBODYS.has(claim));
  if (!PUBLIC.some((one) => one.test(iss)) || telling.some(narrows)) return [];
  return [
    {
      kind: "subject",
      claim: "hd",
      message: `anybody may have an account at ${iss}, and every one gets in`,
      roleLine: '"bound_claims": { "hd": "example.com" }',
      manifestLine: "hd: example.com",
    },
  ];
}

function audienceFindings({ audiences }: TrustRule): TrustFinding[] {
  if (audiences.length > 0 && audiences.every((one) => one !== "")) return [];
  return [
    {
      kind: "audience",
      claim: "aud",
      message: "a token that a job got for any other service gets in",
      roleLine: '"bound_audiences": ["bulkhead"]',
      manifestLine: "audience: bulkhead",
    },
  ];
}

/** Chosen by whoever writes the job, and no condition is made of them. */
const CHOSEN = new Set(["workflow", "head_ref", "base_ref"]);

/** A branch, a workflow, an environment: what anyone who may push gives a name. */
function isChosen(claim: string, issuer: Issuer): boolean {
  if (CHOSEN.has(claim)) return true;
  const row = Object.hasOwn(issuer.claims, claim) ? issuer.claims[claim] : undefined;
  const pins = row?.read({ text: "main", fixed: "main", open: false }).pins ?? [];
  return pins.length > 0 && !pins.includes("repository") && !pins.includes("origin");
}

/**
 * Who logs in is named by what the platform assigns: under a name that a job's author chose it could be taken for another job, and be
 * given what the identity store keeps for that one.
 */
export function lintUser(claim: string, issuer: Issuer | undefined): readonly TrustFinding[] {
  if (issuer === undefined || claim === issuer.userClaim || !isChosen(claim, issuer)) return [];
  return [
    {
      kind: "subject",
      claim,
      message: "it names who logs in, and whoever writes a job chooses it: another job's name could be taken",
      roleLine: `"user_claim": ${JSON.stringify(issuer.userClaim)}`,
      manifestLine: `user-claim: ${issuer.userClaim}`,
    },
  ];
}

const everything = ({ open, fixed, text }: Pattern): boolean => open && fixed === "" && /^[*?]+$/.test(text);

/** Whether a condition refuses any token at all. */
const narrows = ({ values, operator }: Condition): boolean =>
  !values.some((value) => everything(patternOf(value, operator)));

function generalFindings({ conditions }: TrustRule): TrustFinding[] {
  const telling = conditions.filter(({ claim }) => !["iss", "aud"].includes(claim));
  if (telling.some(narrows)) return [];
  return [
    {
      kind: "subject",
      claim: "sub",
      message: "every token that the issuer signs for this audience gets in",
      roleLine: '"bound_subject": "SUBJECT"',
      manifestLine: "sub: SUBJECT",
    },
  ];
}

interface Settled {
  readonly pins: ReadonlySet<Dimension>;
  readonly opens: readonly { readonly claim: string; readonly kind: BroadKind; readonly why: string }[];
  readonly claims: ReadonlySet<string>;
}

function issuerFindings({ conditions }: TrustRule, issuer: Issuer): TrustFinding[] {
  const { pins, opens, claims } = settle(conditions, issuer);
  const wide = opens.map(({ claim, kind, why }) => {
    const need =
      issuer.needs.find((one) => one.claim === claim) ??
      issuer.needs.find((one) => one.kind === kind) ??
      (covered(kind) ? issuer.needs.find(({ dimension }) => dimension === "repository") : undefined);
    return finding(kind, claim, why, need ?? { claim, example: USUAL[kind] ?? "VALUE" });
  });
  const missing = issuer.needs
    .filter(({ dimension, given }) => !pins.has(dimension) && (given === undefined || claims.has(given)))
    // a wildcard in that very claim has said it already
    .filter(
      (need) =>
        !wide.some(({ kind, claim }) => kind === need.kind || covers(kind, need) || claim === need.claim),
    )
    .map((need) => finding(need.kind, need.claim, need.without, need));
  return [...wide, ...missing];
}

/** Wildcards in a repository's name are reported by what they take in. */
const covered = (kind: BroadKind): boolean => ["organization", "fork", "repository"].includes(kind);
const covers = (kind: BroadKind, need: Need): boolean => need.dimension === "repository" && covered(kind);

/** What stands in the place of a value that takes too much. */
const USUAL: Readonly<Partial<Record<BroadKind, string>>> = { environment: "NAME", "pull-request": "push" };

function settle(conditions: readonly Condition[], issuer: Issuer): Settled {
  const pins = new Set<Dimension>();
  const opens: { claim: string; kind: BroadKind; why: string }[] = [];
  const claims = new Set<string>();
  for (const condition of conditions) {
    const readings = condition.values.map((value) =>
      readingsOf(condition, patternOf(value, condition.operator), issuer),
    );
    const [first = [], ...others] = readings.map((one) => one.flatMap(({ reading }) => reading.pins));
    // any of the values lets a token in: certain is what all of them settle
    for (const pin of first) if (others.every((other) => other.includes(pin))) pins.add(pin);
    for (const { claim, reading } of readings.flat()) {
      claims.add(claim);
      for (const open of reading.opens ?? []) opens.push({ claim, ...open });
    }
  }
  // what one condition leaves open another may settle: `sub: repo:acme/*` beside `repository: acme/fraud`
  const settledBy: Readonly<Partial<Record<BroadKind, Dimension>>> = {
    organization: "repository",
    repository: "repository",
    fork: "repository",
  };
  return {
    pins,
    claims,
    opens: opens.filter(({ kind }) => {
      const dimension = settledBy[kind];
      return dimension === undefined || !pins.has(dimension);
    }),
  };
}

function readingsOf(
  { claim }: Condition,
  pattern: Pattern,
  issuer: Issuer,
): readonly { readonly claim: string; readonly reading: Reading }[] {
  const parts = claim === "sub" ? (issuer.subject(pattern) ?? []) : [{ claim, pattern }];
  return parts.flatMap((part) => {
    const row = Object.hasOwn(issuer.claims, part.claim) ? issuer.claims[part.claim] : undefined;
    return row === undefined ? [] : [{ claim: part.claim, reading: row.read(part.pattern) }];
  });
}

function finding(
  kind: BroadKind,
  claim: string,
  message: string,
  at: Pick<Need, "claim" | "example" | "word">,
): TrustFinding {
  const word = at.word ?? at.claim;
  return {
    kind,
    claim,
    message,
    roleLine:
      at.claim === "sub"
        ? `"bound_subject": ${JSON.stringify(at.example)}`
        : `"bound_claims": { ${JSON.stringify(at.claim)}: ${JSON.stringify(at.example)} }`,
    manifestLine: `${word}: ${/^[\w./-]+$/.test(at.example) ? at.example : JSON.stringify(at.example)}`,
  };
}

/** One finding as a sentence: the claim, who gets in, the line to add. */
export const findingText = ({ claim, message, roleLine }: TrustFinding): string =>
  `\`${claim}\`: ${message}; add ${roleLine}`;
