/** The auth methods. One line each; the kernel is handed this list. */
import type { PluginType } from "../kernel/plugin.ts";
import { approle } from "./approle/index.ts";
import { cert } from "./cert/index.ts";
import { jwt, oidc } from "./jwt/index.ts";
import { kubernetes } from "./kubernetes/index.ts";
import { token } from "./token/index.ts";
import { userpass } from "./userpass/index.ts";

export const authMethods: readonly PluginType[] = [token, approle, userpass, jwt, oidc, kubernetes, cert];
