/**
 * Which bytes of each literal the fast pass looks for (its anchor), and which anchors share a bucket. A bucket passes every mixture
 * of its anchors' pairs of bytes, so what matters is how often ordinary text happens to be such a mixture: each literal takes the
 * anchor and the bucket that add least to that, and once all are placed, they choose again.
 */

/** Pairs of an anchor that are looked up: it has up to five bytes, of which the table of hashed anchors knows the first four. */
const PLACES = 4;
const BUCKETS = 8;
/** A pair as the module numbers it. */
const PAIRS = 8192;
export const pairOf = (one: number, two: number): number => (one & 0xdf) | ((two & 0x1f) << 8);
/** Bytes of the table of pairs. */
export const PAIR_TABLE = PAIRS * PLACES;
/** How often all choose again. */
const ROUNDS = 3;

export interface Anchor {
  /** Where it begins in the literal. */
  readonly offset: number;
  /** Four, or three for a literal of three bytes. */
  readonly length: number;
}

export interface Plan {
  /** One for each literal. */
  readonly anchors: readonly Anchor[];
  /**
   * Four bytes for each pair, the last place of an anchor first: bit b of a byte says that no anchor of bucket b has the pair at that
   * place.
   */
  readonly pairs: Uint8Array;
}

const CLASSES = "abcdefghijklmnopqrstuvwxyz0_-/.=:\"'( ";
const classOf = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte)
    .toLowerCase()
    .replace(/[1-9]/, "0")
    .replace(/[\t\n\r]/, " ");
  const at = CLASSES.indexOf(char);
  return at === -1 ? CLASSES.length : at;
});
/**
 * How common pairs of such characters (and last, of all others) are in source, JSON and prose: 2^(-n/2.5) for the n-th character
 * after `/`, a row for each first one.
 */
const COMMON =
  "TIFGVMHXHRLCFDWHXCDBIMKLJSPNQSLVPQTSHKJWTWHY[YKI[IYQJWaLNWI[Z_LaRTYRNZWSWWQO" +
  "FPMUEV[EKTIHRVBU^HNDKXW_RWPTSSOTTSVQKOHQOLBRSTHXTNRRIQ[OKPLSVWN^QLPRKTLNOLEH" +
  "EMDDJFJQLOPGGBLHIABCQIJEHVNIMMGQHJNGADIYQTJK[[E^]L[UGY`JMMHZ[]P`PSVZRTUUVNEN" +
  "OVTWERONI^ZMPKNU_MKJLW[aWYUQSQNXRPRNIJGXUWDWZYF[[VQUHW[KOIM[]`V`VRUSPUQQUMHK" +
  "JMGFHFH[V[QGHADJVICDVKYMZLTRSTPWXSZVLMR[_^I[`ZX_[_`[O]]aI[UTQa]bZf^hPZ^`^ZRP" +
  "OVRVEUXQK[[RXPSW]VMSSWXf^_SVUXP[USYPMMFRSJCQQVEXPFTRFPbSHIHOUaJ[WORRNTOOSLIJ" +
  "FJVQDYS[IUYOLTIH[VLTMV[^SYWRTMPXQQWQHMFREEEJDSJVNKOLDLZRCCILUYNVPLOPKRLLNKCH" +
  "NHIDQGKWKOHHFAIF[BIGGKGSUVWPORQVTSTRHNEXURCZVSI_RIPUFK[EJHKV]XQ^TUTWPYRTVNMM" +
  "[b_`[ca`WabW]_^b_[[_I_aeca[^[_U][[[ZXUDRIK@OKVD[NLKFCP_GGEHMRaIXVMQQJSNNOJEH" +
  "IRGQCPSIFWOKPLGJUPFAIRNSJXNLPKEUHJNKCFDQJOBOTBCZSLONDI[DFGFSPODZPJLMGQKKMIBF" +
  "LKMNFMM`KZXFJESKeEGGXY[Z[YVX_ZXZ_Z[[PSF]YYF[T^J`^X]UM[c[VXY__b^`R[WTS[YU[YRR" +
  "JYYUKWXKIYUTZMLX_MNSZ^Q]W[ZUV[Q[VWXRIQPZRXNV^[O_PVWYSHbZUH]Z[YTaPSU[O[TSXSMM" +
  "PSQTNVWYQ[UPNKNE[SLMWSPaaYYORSMYNNRMGJQ]Z]L[[[Ra[ZYYW]aaY_UfXaWYV]^]Wb_Y]_WW" +
  "PQRRQQXVXTXWVXXW[XUTVYZP[XCONRHSQKQTIELMLNNQURMVQRNNON[OMKQSR[XaJN_][aYW[[WS" +
  "OSOPNRVVPWSQRRSPYQNOQSUZ]TMaB_aZ^WZ^KQMONNORMROSSQPMRN[OONQRQVZ^P[RGQ[ZSVZGI" +
  "KNHLKLLOJLPJLMLIWKIIPNQVVYJM^KJhbNTUGMVXWYUVY[YP`[YUY[cUSSXZ[^[aQa[^bEeNXYCJ" +
  "V[V[VV[^Y_a]YYZWeXXVZ[_`[aQb[Kb_XPWUBPKONNNPQMPUSPONQM[OMMOQSTZYOSTTLXIPSWJC" +
  "PRQRQRWSSWXVSQSQ[RMPQVUY[aU[XUO[OURXKFLOJNLMRMMSPONJMLXLLJRNTX[]MUWSTeeJKNMF" +
  "CFCGEDJICMJGGEEERDDBHGGSORFOJGMCMDGE<>JMLNMMPPKPONOKNJWJKJONRSUUIVRIIJKILJ<>";
/** How common a pair is, as the module numbers it. Digits and other characters share what their class has. */
const shares = ((): Float64Array => {
  const sizes = new Uint16Array(CLASSES.length + 1);
  for (const one of classOf) sizes[one] = (sizes[one] as number) + 1;
  const all = new Float64Array(PAIRS);
  for (let one = 0; one < 256; one++)
    for (let two = 0; two < 256; two++) {
      const [a, b] = [classOf[one] as number, classOf[two] as number];
      const together = 2 ** (-(COMMON.charCodeAt(a * (CLASSES.length + 1) + b) - 0x30) / 2.5);
      const pair = pairOf(one, two);
      all[pair] = (all[pair] as number) + together / ((sizes[a] as number) * (sizes[b] as number));
    }
  return all;
})();

class Bucket {
  /** By place and pair: how many anchors have it there. */
  readonly #counts = new Uint16Array(PLACES * PAIRS);
  /** By place: how many anchors end before it. */
  readonly #ended = new Uint16Array(PLACES);
  /** By place: the share of ordinary pairs that pass. */
  readonly #passing = new Float64Array(PLACES);

  /** Of a table that is laid out: a pair that passes at a place. */
  open(pair: number, place: number): void {
    this.#put(place * PAIRS + pair, 1);
  }

  #put(at: number, change: 1 | -1): void {
    const before = this.#counts[at] as number;
    this.#counts[at] = before + change;
    if (before === 0 || before + change === 0) {
      const place = Math.floor(at / PAIRS);
      this.#passing[place] = (this.#passing[place] as number) + change * (shares[at % PAIRS] as number);
    }
  }

  change(pairs: readonly number[], by: 1 | -1): void {
    pairs.forEach((pair, place) => this.#put(place * PAIRS + pair, by));
    for (let place = pairs.length; place < PLACES; place++)
      this.#ended[place] = (this.#ended[place] as number) + by;
  }

  /** What these pairs would add to the share of places in ordinary text that the bucket passes. */
  cost(pairs: readonly number[]): number {
    let now = 1;
    let then = 1;
    for (let place = 0; place < PLACES; place++) {
      const passing = (this.#ended[place] as number) > 0 ? 1 : (this.#passing[place] as number);
      const pair = pairs[place];
      now *= passing;
      if (pair === undefined) continue;
      const known = passing === 1 || (this.#counts[place * PAIRS + pair] as number) > 0;
      then *= known ? passing : passing + (shares[pair] as number);
    }
    return then - now;
  }

  /** Whether an anchor ends before the place, so that all pairs pass there. */
  passesAll(place: number): boolean {
    return (this.#ended[place] as number) > 0;
  }
}

/** Where a table of pairs tells of one at a place. */
const entryOf = (pair: number, place: number): number => pair * PLACES + PLACES - 1 - place;

function bucketsOf(known: Uint8Array): Bucket[] {
  const buckets = Array.from({ length: BUCKETS }, () => new Bucket());
  for (let pair = 0; pair < PAIRS; pair++)
    for (let place = 0; place < PLACES; place++) {
      const blocked = known[entryOf(pair, place)] as number;
      if (blocked === 0xff) continue;
      buckets.forEach((bucket, index) => {
        if (((blocked >> index) & 1) === 0) bucket.open(pair, place);
      });
    }
  return buckets;
}

interface Choice {
  readonly anchor: Anchor;
  readonly pairs: readonly number[];
}

function choicesOf(literal: Uint8Array): Choice[] {
  const length = Math.min(PLACES + 1, literal.length);
  return Array.from({ length: literal.length - length + 1 }, (_, offset) => ({
    anchor: { offset, length: Math.min(4, length) },
    pairs: Array.from({ length: length - 1 }, (_, i) =>
      pairOf(literal[offset + i] as number, literal[offset + i + 1] as number),
    ),
  }));
}

/** The first and the one behind the last: a short literal ends before the later places, which then stop nothing for all beside it. */
const bucketsFor = (length: number): readonly [number, number] =>
  length <= 3 ? [0, 1] : length === 4 ? [1, 2] : [2, BUCKETS];

/** `known`: a table of pairs that pass in any case, of literals placed before. */
export function planAnchors(literals: readonly Uint8Array[], known: Uint8Array): Plan {
  const buckets = bucketsOf(known);
  const choices = literals.map(choicesOf);
  const placed: { bucket: Bucket; choice: Choice }[] = [];
  const place = (literal: number): void => {
    let best: { bucket: Bucket; choice: Choice } | null = null;
    let least = Infinity;
    const [from, to] = bucketsFor((literals[literal] as Uint8Array).length);
    for (const choice of choices[literal] as Choice[])
      for (const bucket of buckets.slice(from, to)) {
        const added = bucket.cost(choice.pairs);
        if (added < least) [least, best] = [added, { bucket, choice }];
      }
    if (best === null) return;
    best.bucket.change(best.choice.pairs, 1);
    placed[literal] = best;
  };
  // The shortest, which have least choice and end before others, first.
  const order = [...literals.keys()].sort(
    (a, b) => (literals[a] as Uint8Array).length - (literals[b] as Uint8Array).length || a - b,
  );
  for (const literal of order) place(literal);
  for (let round = 0; round < ROUNDS; round++)
    for (const literal of order) {
      const { bucket, choice } = placed[literal] as { bucket: Bucket; choice: Choice };
      bucket.change(choice.pairs, -1);
      place(literal);
    }
  const pairs = Uint8Array.from(known);
  const pass = (at: number, index: number): void => void (pairs[at] = (pairs[at] as number) & ~(1 << index));
  for (const { bucket, choice } of placed) {
    const index = buckets.indexOf(bucket);
    choice.pairs.forEach((pair, at) => pass(entryOf(pair, at), index));
  }
  buckets.forEach((bucket, index) => {
    for (let place = 0; place < PLACES; place++)
      if (bucket.passesAll(place)) for (let pair = 0; pair < PAIRS; pair++) pass(entryOf(pair, place), index);
  });
  return { anchors: placed.map(({ choice }) => choice.anchor), pairs };
}
