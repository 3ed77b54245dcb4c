/**
 * `userpass`: logins of people by name and password. A password is kept as an Argon2id hash; unknown names cost the same work and
 * get the same answer as wrong passwords; after five failures in a row a name is locked for a while, known or not.
 */
import type { PluginType } from "../../kernel/plugin.ts";
import { loginPath } from "./login.ts";
import { userPaths } from "./users.ts";

export const userpass: PluginType = {
  type: "userpass",
  title: "User names and passwords",
  description: "Logins of people by name and password",
  locksOut: true,
  create: (context) => ({ paths: [loginPath(context), ...userPaths(context)] }),
};
