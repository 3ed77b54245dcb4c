/** The registry of generic rules: those that belong to no vendor. A rule is its own file and one line here. */
import type { Rule } from "../types.ts";
import { assignment } from "./assignment.ts";
import { jwt } from "./jwt.ts";
import { privateKey } from "./private-key.ts";
import { urlPassword } from "./url-password.ts";

export const genericRules: readonly Rule[] = [privateKey, jwt, urlPassword, assignment];
