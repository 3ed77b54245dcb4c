/** The declaration's stages: which variable carries which field of which secret. */
import { nearest } from "../core/errors.ts";
import { reservedVariable } from "../core/reserved-variables.ts";
import { parseDuration } from "../core/duration.ts";
import { fieldsOf, providerById } from "../providers/lookup.ts";
import { parseTemplate, placesOf } from "../core/template.ts";
import { childOf, entriesOf, intOf, linesOf, some, textOf, textsOf } from "./cells.ts";
import type { Cell } from "./check.ts";
import { type Problems, shown } from "./problems.ts";
import type { Provider } from "../providers/types.ts";
import type { SecretTable } from "./resolve-secrets.ts";
import type {
  At,
  BrokeredUse,
  ComposedUse,
  DeclaredSecret,
  Delivery,
  OnChange,
  Part,
  PlainVariable,
  Stage,
  Use,
} from "./types.ts";

export const DEFAULT_STAGE_TTL = 3_600_000;

/** Their clients take a file's name there, never the credential itself. */
const FILE_VARIABLES = new Set([
  "GOOGLE_APPLICATION_CREDENTIALS",
  "AWS_SHARED_CREDENTIALS_FILE",
  "KUBECONFIG",
]);

const DELIVERIES = ["variable", "file", "descriptor", "pipe"] as const;
const SIGNALS = ["HUP", "INT", "TERM", "USR1", "USR2"] as const;

function onChangeOf(cell: Cell | null): OnChange | undefined {
  const word = textOf(cell, "on-change");
  if (word === "restart" || word === "none") return word;
  const signal = SIGNALS.find((one) => one === textOf(childOf(cell, "on-change"), "signal"));
  return signal === undefined ? undefined : { signal };
}

export function resolveStages(cell: Cell | null, secrets: SecretTable, problems: Problems): readonly Stage[] {
  return [...entriesOf(cell)].map(([name, { keyAt, cell: body }]) =>
    new StageReader(name, secrets, problems).read(keyAt, body),
  );
}

/** All parts; where one of several ways to log in is plainly called `value`, that way only, with what is no secret. */
function usualFields(provider: Provider): readonly string[] {
  const parts = fieldsOf(provider);
  const main = parts.some(({ name }) => name === "value");
  return parts.filter(({ name, secret }) => !main || !secret || name === "value").map(({ name }) => name);
}

class StageReader {
  readonly #stage: string;
  readonly #secrets: SecretTable;
  readonly #problems: Problems;
  readonly #variables = new Map<string, At>();

  constructor(stage: string, secrets: SecretTable, problems: Problems) {
    this.#stage = stage;
    this.#secrets = secrets;
    this.#problems = problems;
  }

  read(at: At, cell: Cell | null): Stage {
    const ttl = textOf(cell, "ttl");
    const network = childOf(cell, "network");
    const { use, composed } = this.#uses(childOf(cell, "use"));
    return {
      name: this.#stage,
      ...some("run", textOf(cell, "run")),
      ...some("check", textOf(cell, "check")),
      ...some("onChange", onChangeOf(cell)),
      use,
      composed,
      broker: this.#brokered(childOf(cell, "broker")),
      set: this.#plain(childOf(cell, "set")),
      ttl: ttl === undefined ? DEFAULT_STAGE_TTL : parseDuration(ttl),
      network: network === null ? null : textsOf(network),
      lines: linesOf(cell),
      at,
    };
  }

  #uses(cell: Cell | null): { use: readonly Use[]; composed: readonly ComposedUse[] } {
    if (cell?.kind === "list") {
      const use = cell.items.flatMap((item) => (item.kind === "text" ? this.#usual(item.text, item.at) : []));
      return { use, composed: [] };
    }
    const use: Use[] = [];
    const composed: ComposedUse[] = [];
    for (const [variable, { keyAt, cell: value }] of entriesOf(cell)) {
      const way = this.#delivery(variable, keyAt, value);
      if (entriesOf(value).has("compose")) {
        const one = this.#composed(variable, keyAt, value);
        if (one !== null && this.#claim(variable, keyAt)) composed.push({ ...one, ...way });
        continue;
      }
      const target = this.#target(variable, keyAt, value);
      if (target !== null && this.#claim(variable, keyAt))
        use.push({ variable, ...target, ...way, optional: false, at: keyAt });
    }
    return { use, composed };
  }

  #delivery(variable: string, at: At, cell: Cell | null): Delivery {
    const reads = intOf(cell, "max-reads");
    const written = textOf(cell, "as") ?? (reads === undefined ? undefined : "pipe");
    const as =
      DELIVERIES.find((one) => one === written) ?? (FILE_VARIABLES.has(variable) ? "file" : "variable");
    const wrong =
      reads !== undefined && as !== "pipe"
        ? "only a pipe counts its reads"
        : textOf(cell, "name") !== undefined && as !== "file" && as !== "pipe"
          ? `a ${as} has no name`
          : null;
    if (wrong !== null)
      this.#problems.add(at, "manifest.bad-value", {
        where: `stages.${this.#stage}.use.${variable}`,
        problem: wrong,
        help: "write `as: pipe` with `max-reads:`, `as: file` or `as: pipe` with `name:`",
      });
    return {
      as,
      ...some("name", textOf(cell, "name")),
      ...(as === "pipe" && { maxReads: reads ?? 1 }),
    };
  }

  /** `${features.username}`: each place is a secret, or a field of one. */
  #composed(variable: string, keyAt: At, cell: Cell | null): Omit<ComposedUse, "as"> | null {
    const template = childOf(cell, "compose");
    if (template?.kind !== "text") return null;
    if (entriesOf(cell).has("secret") || entriesOf(cell).has("field")) {
      this.#problems.add(keyAt, "manifest.bad-value", {
        where: `stages.${this.#stage}.use.${variable}`,
        problem: "it is both a secret and composed of several",
        help: "keep `secret:` or `compose:`",
      });
      return null;
    }
    const parts: Record<string, Part> = {};
    for (const place of placesOf(parseTemplate(template.text))) {
      const part = this.#reference(place, variable, template.at);
      if (part === null) return null;
      parts[place] = part;
    }
    return { variable, template: template.text, parts, at: keyAt };
  }

  /** `secret` or `secret.field`. */
  #reference(text: string, variable: string, at: At): Part | null {
    const dot = text.indexOf(".");
    const secret = this.#secrets.use(dot < 0 ? text : text.slice(0, dot), at);
    if (secret === null) return null;
    const field = this.#field(secret, dot < 0 ? undefined : text.slice(dot + 1), variable, at);
    return field === null ? null : { secret: secret.name, field };
  }

  /** `use: [openai]`: the variables that the provider's clients read, one for each part. */
  #usual(name: string, at: At): readonly Use[] {
    const secret = this.#secrets.use(name, at);
    if (secret === null) return [];
    const provider = secret.provider === undefined ? undefined : providerById(secret.provider);
    if (provider === undefined || Object.keys(provider.variables).length === 0) {
      this.#problems.add(at, "manifest.no-variable", { name: secret.name });
      return [];
    }
    const uses: Use[] = [];
    for (const field of usualFields(provider)) {
      const variable = Object.entries(provider.variables).find(([, part]) => part === field)?.[0];
      if (variable === undefined || !this.#claim(variable, at)) continue;
      const as = FILE_VARIABLES.has(variable) ? "file" : "variable";
      uses.push({ variable, secret: secret.name, field, as, optional: fieldsOf(provider).length > 1, at });
    }
    return uses;
  }

  #brokered(cell: Cell | null): readonly BrokeredUse[] {
    return [...entriesOf(cell)].flatMap(([variable, { keyAt, cell: value }]) => {
      const target = this.#target(variable, keyAt, value);
      if (target === null || !this.#claim(variable, keyAt)) return [];
      const models = textsOf(childOf(value, "models"));
      return [
        {
          variable,
          ...target,
          as: "variable",
          optional: false,
          models,
          ...some("budget", textOf(value, "budget")),
          at: keyAt,
        } as const,
      ];
    });
  }

  #plain(cell: Cell | null): readonly PlainVariable[] {
    return [...entriesOf(cell)].flatMap(([variable, { keyAt, cell: value }]) =>
      this.#claim(variable, keyAt) && value?.kind === "text"
        ? [{ variable, value: value.text, at: keyAt }]
        : [],
    );
  }

  /** Which secret and field `VARIABLE: …` names. */
  #target(variable: string, keyAt: At, cell: Cell | null): { secret: string; field: string } | null {
    const source = cell?.kind === "text" ? cell : childOf(cell, "secret");
    if (cell?.kind === "map" && !cell.entries.has("secret"))
      this.#problems.add(keyAt, "manifest.missing-key", {
        where: `stages.${this.#stage}.use.${variable}`,
        key: "secret",
        help: "the secret, or `compose:` for text put together of several",
      });
    if (source?.kind !== "text") return null;
    const dot = source.text.indexOf(".");
    const secret = this.#secrets.use(dot < 0 ? source.text : source.text.slice(0, dot), source.at);
    if (secret === null) return null;
    const written = textOf(cell, "field") ?? (dot < 0 ? undefined : source.text.slice(dot + 1));
    if (
      dot >= 0 &&
      textOf(cell, "field") !== undefined &&
      textOf(cell, "field") !== source.text.slice(dot + 1)
    ) {
      this.#problems.add(keyAt, "manifest.bad-value", {
        where: `stages.${this.#stage}.${variable}`,
        problem: "it names two fields",
        help: "write `secret.field`, or `field:`",
      });
      return null;
    }
    const field = this.#field(secret, written, variable, source.at);
    return field === null ? null : { secret: secret.name, field };
  }

  #field(secret: DeclaredSecret, written: string | undefined, variable: string, at: At): string | null {
    const { name, fields: known } = secret;
    if (written !== undefined) {
      if (known.length === 0 || known.includes(written)) return written;
      const near = nearest(written, known);
      const hint = near === null ? undefined : `did you mean \`${name}.${near}\`?`;
      this.#problems.add(at, "manifest.unknown-field", { name, field: shown(written), known }, hint);
      return null;
    }
    if (known.length === 0) return "value";
    const provider = secret.provider === undefined ? undefined : providerById(secret.provider);
    const usual = provider?.variables[variable];
    if (usual !== undefined) return usual;
    const values = known.filter((field) => !secret.plain.includes(field));
    if (known.length === 1 || (values.length === 1 && values[0] === "value"))
      return values[0] ?? known[0] ?? "value";
    this.#problems.add(at, "manifest.ambiguous-field", {
      name,
      known,
      variable,
      first: values[0] ?? known[0],
    });
    return null;
  }

  /** False (with a problem) when the variable is reserved or the stage sets it already. */
  #claim(variable: string, at: At): boolean {
    const reserved = reservedVariable(variable);
    if (reserved !== null) {
      this.#problems.add(at, "manifest.reserved-variable", { name: variable, reason: reserved.reason });
      return false;
    }
    const first = this.#variables.get(variable);
    if (first !== undefined) {
      this.#problems.add(at, "manifest.duplicate-variable", {
        stage: this.#stage,
        name: variable,
        first: first.line,
      });
      return false;
    }
    this.#variables.set(variable, at);
    return true;
  }
}
