/** The declaration's form, as data (see `shape.ts`). What the entries mean together is checked in `resolve.ts`. */
import { SCHEMES } from "../managers/schemes.ts";
import { parseDuration } from "../core/duration.ts";
import { isBulkheadError } from "../core/errors.ts";
import { kinds } from "../core/kinds.ts";
import { parseTemplate, placesOf } from "../core/template.ts";
import { providerById } from "../providers/lookup.ts";
import { pushShape } from "./push.ts";
import { list, record, text } from "./shape.ts";
import type { Shape, TextRule } from "./shape.ts";

/**
 * Names become parts of storage paths, policy and role names; `.` joins them there and so is in none. Two words are members of
 * every JavaScript object: too many programs would lose an environment named so.
 */
export const NAME = "^(?!(?:constructor|prototype)$)[a-z0-9][a-z0-9-]{0,62}$";
const VARIABLE = "^[A-Za-z_][A-Za-z0-9_]{0,127}$";
const FIELD = "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$";
const HOUR = 3_600_000;
const YEARS_10 = 3_653 * 24 * HOUR;

const name = (what: string): TextRule => ({
  expected: `a name for ${what}`,
  pattern: NAME,
  code: "manifest.bad-name",
  what,
  scalars: true,
});
const variable: TextRule = { expected: "a variable name", pattern: VARIABLE, code: "manifest.bad-variable" };
const field: TextRule = { expected: "a field name", pattern: FIELD };

const sentence: TextRule = {
  expected: "one line of text",
  check: (line) =>
    line.trim() === ""
      ? "it is empty"
      : line.length > 500
        ? "it is longer than 500 characters"
        : /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(line)
          ? "it holds control characters"
          : null,
};
const owner: TextRule = { ...sentence, expected: "a person, team or address" };
const command: TextRule = {
  expected: "a command line",
  check: (line) =>
    line.trim() === ""
      ? "it is empty"
      : line.length > 4_096
        ? "it is longer than 4,096 characters"
        : line.includes("\0")
          ? "it holds a NUL"
          : null,
};

/** Never from the environment: a rotation carries credentials there. */
const address: TextRule = {
  expected: "an address such as https://keys.example.com",
  check: (line) => {
    const url = URL.parse(line);
    if (url === null || !["https:", "http:"].includes(url.protocol) || line.length > 500)
      return "it must be a URL with https";
    if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
      return "it has no user, query or fragment";
    const near = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
    return url.protocol === "http:" && !near ? "without https it may lead to this machine only" : null;
  },
};

const duration = (least: number, most: number, range: string): TextRule => ({
  expected: "a duration such as 90d, 6h or 1h30m",
  pattern: "^(\\d+(\\.\\d+)?(ms|[smhdw]))+$",
  check: (span) => {
    const ms = parseDuration(span);
    return ms < least || ms > most ? `it must be ${range}` : null;
  },
});
const period = duration(HOUR, YEARS_10, "from 1h to 10 years");
const grace = duration(0, 90 * 24 * HOUR, "at most 90d");
const life = duration(60_000, 30 * 24 * HOUR, "from 1m to 30d");

/** `{env}`, `{stage}` and `{project}` are the placeholders there are. */
function placeholders(path: string): string | null {
  const stranger = [...path.matchAll(/\{([^}]*)\}/g)].find(
    ([, word]) => !["env", "project"].includes(word ?? ""),
  );
  if (stranger !== undefined) return "its placeholders may be {env} and {project}";
  return /[{}]/.test(path.replace(/\{(env|project)\}/g, "")) ? "a brace stands alone" : null;
}
const storePath: TextRule = {
  expected: "a path below /v1",
  check: (path) => {
    const bare = path.replace(/\{(env|project)\}/g, "x");
    if (
      !/^[A-Za-z0-9][A-Za-z0-9_.-]*(\/[A-Za-z0-9][A-Za-z0-9_.-]*)+$/.test(bare) &&
      placeholders(path) === null
    )
      return "it must be segments of letters, digits, `_`, `-`, `.` joined by `/`, none starting with `.`";
    return placeholders(path);
  },
};
const reference: TextRule = {
  expected: "a reference such as aws-sm://{env}/name",
  check: (address) =>
    !/^[a-z][a-z0-9-]*:\/\/[^\s\p{Cc}]{1,500}$/u.test(address)
      ? "it must be SCHEME://PLACE without spaces"
      : /(^|\/)\.\.?(\/|$)/.test(address.slice(address.indexOf("://") + 3))
        ? "it must not climb with `..`"
        : !SCHEMES.includes(address.slice(0, address.indexOf("://")))
          ? `known are ${SCHEMES.map((scheme) => `${scheme}://`).join(", ")}`
          : placeholders(address),
};
const secretRef: TextRule = {
  expected: "a secret, or secret.field",
  pattern: "^[a-z0-9][a-z0-9-]{0,62}(\\.[A-Za-z0-9_][A-Za-z0-9_.-]{0,62})?$",
};
const provider: TextRule = {
  expected: "a provider's id",
  code: "manifest.unknown-provider",
  check: (id) => (providerById(id) === undefined ? "it is not known" : null),
};
const word = (expected: string): TextRule => ({ expected, pattern: "^[a-z][a-z0-9-]{0,62}$" });
const oneOf = (expected: string, words: () => readonly string[]): TextRule => ({ expected, words });
const host: TextRule = {
  expected: "a host such as api.wandb.ai",
  pattern: "^(\\*\\.)?[a-z0-9]([a-z0-9-]{0,62})(\\.[a-z0-9]([a-z0-9-]{0,62}))*(/[0-9]{1,2})?(:[0-9]{1,5})?$",
  check: (line) => (/^\*\.[a-z0-9-]+$/.test(line) ? "a whole top-level domain is not a limit" : null),
};
const plainValue: TextRule = {
  expected: "text, a number, true or false",
  scalars: true,
  check: (value) =>
    value.length > 32_768
      ? "it is longer than 32,768 characters"
      : value.includes("\0")
        ? "it holds a NUL"
        : null,
};
const days = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const window: TextRule = {
  expected: 'a time window such as "Mon-Thu 08:00-16:00"',
  pattern: `^${days}(-${days})?(,${days}(-${days})?)* ([01]\\d|2[0-3]):[0-5]\\d-(([01]\\d|2[0-3]):[0-5]\\d|24:00)$`,
};
/** A word such as `repository` or `ref-type`, or a claim's own name. */
const claimName: TextRule = { expected: "a claim", pattern: "^[A-Za-z/][A-Za-z0-9_./-]{0,127}$" };
const claim: TextRule = { ...sentence, expected: "text", scalars: true };

const environment: Shape = {
  kind: "object",
  emptyIsFine: true,
  keys: {
    people: { shape: { kind: "flag" }, description: "A person's login may run stages here." },
    production: {
      shape: { kind: "flag" },
      description: "Shared credentials need a reason; approve and window apply.",
    },
    approve: {
      shape: { kind: "int", min: 1, max: 10 },
      description: "How many other people must agree before a stage runs here.",
    },
    window: { shape: text(window), description: "When stages may run here, in UTC." },
  },
};

const rotateLong: Shape = {
  kind: "object",
  keys: {
    every: {
      shape: text(period),
      description: "The longest a value may live; the provider's or the kind's period when left out.",
    },
    grace: {
      shape: text(grace),
      description: "How long the old value still works after the new one is in use.",
    },
    with: {
      shape: text(name("a secret")),
      description: "The secret that mints the new value; no stage may use it.",
    },
    url: {
      shape: text(address),
      description: "Where the provider's key API is, in place of the vendor's own address.",
    },
    script: {
      shape: text(command),
      description: "A program that makes and revokes values: JSON on its standard input and output.",
    },
    webhook: {
      shape: text(address),
      description: "An address that makes and revokes values: JSON in and out.",
    },
  },
};

const secret: Shape = {
  kind: "object",
  emptyIsFine: true,
  keys: {
    provider: {
      shape: text(provider),
      description: "Whose credential it is; gives kind, variables, fields and period.",
    },
    kind: {
      shape: text(oneOf("a kind of credential", () => Object.keys(kinds))),
      description: "What sort of credential it is, which says what its compromise enables.",
    },
    owner: { shape: text(owner), description: "Who answers for it; the project's owner when left out." },
    purpose: { shape: text(sentence), description: "What it is for, in one sentence." },
    allow: {
      shape: {
        kind: "either",
        scalar: text(word("a right such as inference, read or write")),
        list: list(text(word("a right such as inference, read or write")), 1),
      },
      description: "What it should be able to do at its provider; more is a finding.",
    },
    rotate: {
      shape: { kind: "either", scalar: text(period), map: rotateLong },
      description: "The longest a value may live: 90d, or { every, grace, with, url, script, webhook }.",
    },
    shared: { shape: text(sentence), description: "Why several stages use the same credential." },
    dynamic: { shape: text(storePath), description: "The path that mints it for each run." },
    ttl: { shape: text(life), description: "How long a minted value lives; with `dynamic`." },
    from: { shape: text(reference), description: "Where another secrets manager keeps it." },
    push: { shape: pushShape, description: "Where else its value must stand." },
    plain: {
      shape: list(text(field), 1),
      description: "Fields that are no secret, such as a user name.",
    },
  },
};

const WAYS = ["variable", "file", "descriptor", "pipe"];
const delivery = oneOf("variable, file, descriptor or pipe", () => WAYS);
const fileName: TextRule = {
  expected: "a file's name without folders",
  pattern: "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$",
};
const template: TextRule = {
  expected: "text with places such as ${secret.field}",
  check: (line) => {
    if (line.length > 4_096) return "it is longer than 4,096 characters";
    try {
      return placesOf(parseTemplate(line)).length === 0 ? "it names no secret: use `set:`" : null;
    } catch (error) {
      return isBulkheadError(error) ? String(error.details.problem) : "it cannot be read";
    }
  },
};
const templateFile: TextRule = {
  expected: "a file below this folder",
  check: (path) =>
    path.length > 500 || /^\/|(^|\/)\.\.(\/|$)|[\p{Cc}]/u.test(path)
      ? "it must be a relative path without `..`"
      : null,
};
const useEntry: Shape = {
  kind: "object",
  keys: {
    secret: { shape: text(secretRef), description: "The secret, or secret.field." },
    field: { shape: text(field), description: "Which of its fields." },
    template: {
      shape: text(templateFile),
      description: "In place of `secret`: a file with places for `secrets`, filled for the run.",
    },
    secrets: {
      shape: list(text(name("a secret")), 1),
      description: "The secrets that may stand in the template.",
    },
    compose: { shape: text(template), description: "In place of `secret`: text put together of several." },
    as: {
      shape: text(delivery),
      description: "As the variable's value, or as a file, descriptor or pipe that it names.",
    },
    name: { shape: text(fileName), description: "The file's or pipe's own name." },
    "max-reads": {
      shape: { kind: "int", min: 1, max: 1_000 },
      description: "How often a pipe gives the value out; 1 when left out.",
    },
  },
};
const SIGNALS = ["HUP", "INT", "TERM", "USR1", "USR2"];
const onChange: Shape = {
  kind: "either",
  scalar: text(oneOf("restart or none", () => ["restart", "none"])),
  map: {
    kind: "object",
    keys: {
      signal: {
        shape: text(oneOf("a signal (HUP, INT, TERM, USR1 or USR2)", () => SIGNALS)),
        required: true,
        description: "The signal that the job is sent.",
      },
    },
  },
};
const brokerEntry: Shape = {
  kind: "object",
  keys: {
    secret: { shape: text(secretRef), required: true, description: "The secret, or secret.field." },
    field: { shape: text(field), description: "Which of its fields." },
    models: {
      shape: list(text({ ...sentence, expected: "a model's name" }), 1),
      description: "The only models that may be called.",
    },
    budget: {
      shape: text({
        expected: "a budget such as 20 USD/day",
        pattern: "^\\d+(\\.\\d+)? (USD|EUR|tokens|requests)/(run|hour|day|week|month)$",
      }),
      description: "What may be spent, per run, hour, day, week or month.",
    },
  },
};

const stage: Shape = {
  kind: "object",
  emptyIsFine: true,
  keys: {
    run: { shape: text(command), description: "The stage's own command." },
    check: { shape: text(command), description: "A command that proves the stage works after a rotation." },
    "on-change": {
      shape: onChange,
      description: "What happens to a running job when a value that it holds is superseded.",
    },
    use: {
      shape: {
        kind: "either",
        list: list(text({ ...name("a secret"), expected: "a secret or provider" })),
        map: record(variable, { kind: "either", scalar: text(secretRef), map: useEntry }),
      },
      description: "The secrets this stage may use: names, or variables and what each carries.",
    },
    broker: {
      shape: record(variable, { kind: "either", scalar: text(secretRef), map: brokerEntry }),
      description: "Secrets the job may use through the broker without holding them.",
    },
    set: { shape: record(variable, text(plainValue)), description: "Variables that are no secret." },
    ttl: { shape: text(life), description: "Longest life of the stage's access; 1h when left out." },
    network: {
      shape: list(text(host)),
      description:
        "The only hosts the job may reach: names, `*.` and a name, addresses, networks; each with or without a port.",
    },
  },
};

const METHODS = [
  "github",
  "gitlab",
  "circleci",
  "buildkite",
  "bitbucket",
  "azure-devops",
  "kubernetes",
  "oidc",
];
const identity: Shape = record(
  oneOf("a platform", () => METHODS),
  record(claimName, {
    kind: "either",
    scalar: text(claim),
    list: list(text(claim), 1),
  }),
);

export const manifestShape: Shape = {
  kind: "object",
  keys: {
    project: { shape: text(name("a project")), required: true, description: "The pipeline's name." },
    owner: {
      shape: text(owner),
      description: "Who answers for the project and for secrets without an owner.",
    },
    environments: {
      shape: record(name("an environment"), environment, 1),
      description: "Where stages run; dev, staging and prod when left out.",
    },
    secrets: {
      shape: record(name("a secret"), secret),
      description: "What the pipeline's credentials are; never their values.",
    },
    stages: {
      shape: record(name("a stage"), stage, 1),
      required: true,
      description: "The pipeline's steps and what each may use.",
    },
    identities: {
      shape: record(name("a stage"), record(name("an environment"), identity)),
      description: "Which platform identity may log in for a stage and environment.",
    },
  },
};
