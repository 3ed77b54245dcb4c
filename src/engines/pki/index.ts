/**
 * `pki`: a certificate authority, Vault's engine of that name. Private keys of CAs stay in the mount's encrypted storage; a role says
 * which names may stand in a certificate, and nothing that no rule allows gets in (`allowed-names.ts`). A revocation is two small
 * rows, and stands in the list from the moment it was answered, because a list is made when it is read (`crl.ts`).
 */
import type { Backend, MountContext, PluginType } from "../../kernel/plugin.ts";
import { Authorities } from "./authority.ts";
import { caPaths } from "./ca.ts";
import { configPaths } from "./config.ts";
import type { PkiContext } from "./context.ts";
import { Crls } from "./crl.ts";
import { issuerPaths } from "./issuers.ts";
import { keyPaths } from "./keys.ts";
import { leafPaths } from "./leaf.ts";
import { readPaths } from "./read.ts";
import { revokeLeased, revokePaths } from "./revoke.ts";
import { rolePaths } from "./roles.ts";
import { tidyPaths } from "./tidy.ts";

function create({ clock, services }: MountContext): Backend {
  const context: PkiContext = { clock, services, authorities: new Authorities() };
  return {
    paths: [
      ...readPaths(context, new Crls(context)),
      ...rolePaths(),
      ...caPaths(context),
      ...leafPaths(context),
      ...issuerPaths(context),
      ...keyPaths(context),
      ...configPaths(),
      ...revokePaths(context),
      ...tidyPaths(context),
    ],
    revoke: ({ internal }, storage) => revokeLeased(context, storage, internal.serial_number ?? ""),
  };
}

export const pki: PluginType = {
  type: "pki",
  title: "Certificates",
  description: "Issues and revokes X.509 certificates for the names that roles allow",
  create,
};
