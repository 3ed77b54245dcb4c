/** Names of IAM users and sessions: Vault's templates, unless the configuration has its own. */
import { compileUsername } from "../username-template.ts";
import { USERNAME_FIELDS } from "./config.ts";
import type { AwsContext } from "./context.ts";
import { roleProblem } from "./roles.ts";
import type { RootConfig } from "./store.ts";

const TEMPLATE =
  '{{ if (eq .Type "STS") }}{{ printf "vault-%s-%s" (unix_time) (random 20) | truncate 32 }}' +
  '{{ else }}{{ printf "vault-%s-%s-%s" (printf "%s-%s" (.DisplayName) (.PolicyName) | truncate 42) (unix_time) (random 20) | truncate 64 }}{{ end }}';

const LONGEST = { IAM: 64, STS: 32 } as const;

export interface NameFor {
  readonly type: keyof typeof LONGEST;
  readonly displayName: string;
  readonly role: string;
}

export function generatedName(
  { clock }: AwsContext,
  config: RootConfig,
  { type, displayName, role }: NameFor,
): string {
  const fields = {
    Type: type,
    DisplayName: displayName.replace(/[^\w+=,.@-]/g, "_"), // whoever logs in may have chosen it
    PolicyName: role,
  };
  const made = compileUsername(config.usernameTemplate || TEMPLATE, USERNAME_FIELDS).render(fields, clock);
  if (!/^[\w+=,.@-]{2,}$/.test(made) || made.length > LONGEST[type])
    throw roleProblem(
      `the username template makes no name of 2 to ${LONGEST[type]} letters, digits and +=,.@-_`,
    );
  return made;
}
