/** The registry of generic rules: those that belong to no vendor. A rule is its own file and one line here. */
import type { Rule } from "../types.ts";
import { assignment } from "./assignment.ts";
import { basicAuth } from "./basic-auth.ts";
import { bearer } from "./bearer.ts";
import { jwt, jwtExpired, jwtPublic } from "./jwt.ts";
import { netrc } from "./netrc.ts";
import { encryptedKey, privateKey } from "./private-key.ts";
import { query } from "./query.ts";
import { urlPassword } from "./url-password.ts";

export const genericRules: readonly Rule[] = [
  privateKey,
  encryptedKey,
  jwt,
  jwtExpired,
  jwtPublic,
  basicAuth,
  netrc,
  query,
  urlPassword,
  bearer,
  assignment,
];
