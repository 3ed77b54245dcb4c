/**
 * `cert`: logins of workloads by the client certificate of their TLS connection. The connection proves that the client holds the key;
 * this method decides whether the certificate is one that an entry trusts: the very one, or issued below a CA, within the entry's
 * names and extensions, current by the kernel's clock, and in no revocation list. A certificate in a header is never looked at.
 */
import type { PluginType } from "../../kernel/plugin.ts";
import { configPaths } from "./config.ts";
import { crlPaths } from "./crls.ts";
import { entryPaths } from "./entries.ts";
import { type CertContext, loginPaths, renewal } from "./login.ts";
import { Store } from "./store.ts";

export const cert: PluginType = {
  type: "cert",
  title: "TLS certificates",
  description: "Logins of workloads by TLS client certificate",
  create: ({ clock, services, mount }) => {
    const context: CertContext = { clock, services, mount, store: new Store() };
    return {
      paths: [...loginPaths(context), ...configPaths(), ...crlPaths(context.store), ...entryPaths()],
      renewLogin: (token, storage) => renewal(context, token, storage),
    };
  },
};
