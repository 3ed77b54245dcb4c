/** The auth methods. One line each, with what the kernel must know of one before it loads it. */
import type { LazyPlugin } from "../kernel/plugin.ts";

const byToken = () => import("./jwt/index.ts");

// biome-ignore format: one line each
export const authMethods: readonly LazyPlugin[] = [
  { type: "token", builtinAt: "auth/token/", description: "token based credentials", load: async () => (await import("./token/index.ts")).token },
  { type: "approle", load: async () => (await import("./approle/index.ts")).approle },
  { type: "userpass", load: async () => (await import("./userpass/index.ts")).userpass },
  { type: "jwt", load: async () => (await byToken()).jwt },
  { type: "oidc", load: async () => (await byToken()).oidc },
  { type: "kubernetes", load: async () => (await import("./kubernetes/index.ts")).kubernetes },
  { type: "cert", load: async () => (await import("./cert/index.ts")).cert },
];
