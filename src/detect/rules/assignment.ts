/**
 * A credential that only its name gives away: `api_key = "…"`, `PASSWORD=…`, `"client_secret": "…"`, also inside the escaped
 * JSON of a notebook. Most such text is code, configuration names or a stand-in: the verdict takes random-looking values only.
 */
import { anyCase } from "../../providers/format.ts";
import type { Rule, RuleFormat, Surroundings } from "../types.ts";
import { insideArn, looksRandom, nameOf } from "../verdict.ts";

export const NAMES = [
  "api_key",
  "apikey",
  "api-key",
  "secret",
  "token",
  "passwd",
  "password",
  "passphrase",
  "credential",
  "access_key",
  "accesskey",
  "access-key",
  "auth_key",
  "account_key",
  "signing_key",
  "private_key",
  "authtoken",
  "connectionstring",
  "webhook_secret",
  "encryption_key",
  "master_key",
];
const NAME = `(?:${NAMES.map(anyCase).join("|")})[A-Za-z0-9_-]{0,24}`;
const CLOSE = "\\\\{0,3}[\"'`]?[\\])]?[ \\t]{0,8}";
const SEPARATOR = "(?::[ \\t]{0,4}&?[A-Za-z][A-Za-z0-9_.<>]{0,16}[ \\t]{0,4}=|<-|=>|:=|=|:|,)[ \\t]{0,8}";

const quoted: RuleFormat = {
  pattern: `${NAME}${CLOSE}${SEPARATOR}[rbf]?\\\\{0,3}["'\`]([^\\s"'\`\\\\]{8,200})\\\\{0,3}["'\`]`,
  literals: NAMES,
  maxLength: 300,
  before: 0,
  accept: (value, around) => !insideArn(around) && !isResult(around) && looksRandom(value, nameOf(around)),
};

const bare: RuleFormat = {
  pattern: `${NAME}\\\\{0,3}["'\`]?[ \\t]{0,8}(?:=|:)[ \\t]{0,8}([A-Za-z0-9_+/.~!@#%^&*-]{8,200}={0,2})(?=[\\s,;)}\\]"'<]|\\\\[nrt"]|$)`,
  literals: NAMES,
  maxLength: 300,
  before: 0,
  accept: (value, around) => !isReference(value) && !insideArn(around) && looksRandom(value, nameOf(around)),
};

/** `--token X` on a command line, `ENV API_KEY X` of a container file, `"--token", "X"` of an argument list. */
const spaced: RuleFormat = {
  pattern: `(?:--?[A-Za-z0-9-]{0,24}|(?:ENV|ARG|SET|set|setenv|export)[ \\t]{1,4}[A-Za-z0-9_]{0,30})${NAME}(?:\\\\{0,3}["'],?[ \\t]{1,4}|[ \\t]{1,8})\\\\{0,3}["']?([A-Za-z0-9_+/.~!@#%^&*=:-]{8,200})(?=[\\s,;)\\]"'\`\\\\]|$)`,
  literals: NAMES,
  maxLength: 340,
  before: 60,
  accept: (value, around) =>
    !/^[-$]/.test(value) && !isReference(value) && looksRandom(value, optionOf(around)),
};

/** `<password>X</password>`, `<add key="token" value="X"/>`, `"name": "TOKEN", "value": "X"`. */
const element: RuleFormat = {
  pattern: `${NAME}(?:>[ \\t]{0,8}(?:<!\\[CDATA\\[)?|(?:["'][ \\t\\r\\n,/>]{1,24}|\\r?\\n[ \\t]{1,24})["'<]?value["']?[ \\t]{0,4}[=:>][ \\t]{0,4}["']?)([^\\s"'<>\\]]{8,200})(?:\\]\\]>|["'<])`,
  literals: NAMES,
  maxLength: 330,
  before: 0,
  accept: (value, around) => !isReference(value) && looksRandom(value, nameOf(around)),
};

/** The name next to the value, without the command before it, but whole where the match begins inside it. */
const optionOf = ({ text, match, start }: Surroundings): string =>
  /[\w-]+(?=[\\"',\s]*$)/.exec(text.slice(Math.max(0, match - 40), start))?.[0] ?? "";

/** What a call gives (`sign('', 'a_secret') => '…'`), or a function that takes what is named. */
const isResult = ({ text, match, start }: Surroundings): boolean =>
  /\)[ \t]*=>[ \t]*["'`]$/.test(text.slice(match, start));

/** A name of code with its parts (`settings.token`), perhaps negated. */
const isReference = (value: string): boolean => /^[!&*]?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/.test(value);

export const assignment: Rule = {
  id: "generic-assignment",
  title: "credential assigned in text",
  severity: "medium",
  kind: "generic",
  prefixes: [],
  rank: 3,
  formats: [quoted, bare, spaced, element],
};
