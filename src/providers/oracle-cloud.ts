import { GLUE, anyCase } from "./format.ts";
import { named } from "./layout.ts";
import type { CredentialType, Provider } from "./types.ts";

/** Twenty characters of nearly any kind: only beside a name of its own. */
const authToken: Pick<CredentialType, "formats" | "hits" | "misses" | "needsContext"> = {
  needsContext: true,
  formats: [
    {
      pattern: `${anyCase("oci_auth_token")}${GLUE}([^\\s"'\\\\$<>]{20})(?=["'\\\\\\s]|$)`,
      literals: ["oci_auth_token"],
      maxLength: 110,
      before: 0,
      minEntropy: 3,
    },
  ],
  hits: [
    ["OCI_AUTH_TOKEN='", { random: "alnum", length: 12 }, "{:]}_+;(", "'"],
    ['oci_auth_token = "', { random: "alnum", length: 20 }, '"'],
  ],
  misses: [
    ["OCI_AUTH_TOKEN='", { random: "alnum", length: 19 }, "'"],
    ["OCI_AUTH_TOKEN='", { random: "alnum", length: 21 }, "'"],
    ["TOKEN='", { random: "alnum", length: 12 }, "{:]}_+;(", "'"],
  ],
};

export const oracleCloud: Provider = {
  id: "oracle-cloud",
  title: "Oracle Cloud Infrastructure",
  kind: "cloud",
  aliases: ["oci"],
  website: "https://www.oracle.com/cloud/",
  docs: "https://docs.oracle.com/en-us/iaas/Content/Identity/Tasks/managingcredentials.htm",
  credentials: [
    {
      id: "oracle-cloud-auth-token",
      title: "Oracle Cloud auth token",
      severity: "critical",
      part: "auth_token",
      actsFor: "person",
      cite: "https://docs.oracle.com/en-us/iaas/Content/Identity/Tasks/managingcredentials.htm",
      ...authToken,
    },
    {
      id: "oracle-cloud-customer-secret-key",
      title: "Oracle Cloud customer secret key",
      severity: "critical",
      actsFor: "machine",
      cite: "https://docs.oracle.com/en-us/iaas/Content/Identity/Tasks/managingcredentials.htm",
      ...named(["oci_secret_access_key", "oci_s3_secret_access_key", "oci_s3_secret_key"], "{base64 43}="),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "auth_token", secret: true },
  ],
  variables: { OCI_AUTH_TOKEN: "auth_token", OCI_SECRET_ACCESS_KEY: "value" },
  hosts: ["oraclecloud.com"],
  packages: { python: ["oci"], npm: ["oci-sdk", "oci-common"] },
  rotate: { by: "api", page: "https://cloud.oracle.com/identity/domains/my-profile" },
};
