/** Why Bulkhead does not have what OpenBao has. A row that nothing matches any more, or a gap without a row, fails the page. */

export interface Why {
  /** As in `Fact.mount`. */
  readonly mount: string;
  readonly title: string;
  /** Of the path below the mount. */
  readonly path: RegExp;
  readonly reason: string;
}

const why = (mount: string, title: string, path: RegExp, reason: string): Why => ({
  mount,
  title,
  path,
  reason,
});

/** The first row that matches counts. */
export const PATH_REASONS: readonly Why[] = [
  why(
    "sys",
    "Namespaces",
    /^(?:namespaces|internal\/ui\/namespaces)\b/,
    "A server is one tenant. Mounts, policies and environments part what is in it; another tenant is another server. The headers are refused.",
  ),
  why(
    "sys",
    "Plug-ins from outside",
    /^plugins\//,
    "Engines and methods are part of the program: no foreign code is loaded beside the keys.",
  ),
  why("sys", "Raw storage", /^raw\b/, "Nothing reads or writes the store around policies and audit."),
  why(
    "sys",
    "Debugging the process",
    /^(?:pprof|monitor|loggers|in-flight-req|host-info|internal\/inspect)\b/,
    "What is in the process's memory and log is its operator's, on the machine, and nobody's over the API.",
  ),
  why(
    "sys",
    "Counters",
    /^(?:internal\/counters|version-history|ha-status)\b/,
    "Figures are at `sys/metrics`, nodes at `sys/leader` and `sys/health`.",
  ),
  why(
    "sys",
    "Settings of the web page and of browsers",
    /^config\/(?:cors|ui)\b/,
    "There is no web page, and no other site's page may call.",
  ),
  why(
    "sys",
    "Settings at run time",
    /^config\/(?:reload|state)\b/,
    "The configuration file is read at the start: a running server has the settings it was started with.",
  ),
  why(
    "sys",
    "Request headers in the audit log",
    /^config\/auditing\b/,
    "Entries hold what a request asks for; its headers besides are not written.",
  ),
  why(
    "sys",
    "Control groups",
    /^control-group\b/,
    "`approve:` of an environment asks another person: [Approvals](approvals.md).",
  ),
  why(
    "sys",
    "Second factors",
    /^mfa\b/,
    "People log in at their identity provider, which asks for the second factor: [tokens](auth/jwt.md).",
  ),
  why(
    "sys",
    "Keys kept elsewhere",
    /^external-keys\b/,
    "Keys of the transit and pki engines are kept in the store only.",
  ),
  why("sys", "Workflows", /^workflows\b/, "OpenBao's own; projects are declared in `bulkhead.yaml` instead."),
  why(
    "sys",
    "Password policies",
    /^policies\/password\b/,
    "Passwords that Bulkhead makes have 20 characters of four classes, always.",
  ),
  why(
    "sys",
    "Policies in other forms",
    /^(?:policies\/(?:acl|detailed)|policy)\b/,
    "OpenBao's own: a policy is written as a whole and listed by name.",
  ),
  why(
    "sys",
    "Tools",
    /^tools\//,
    "The same hashes and random bytes come from `transit/hash` and `transit/random`.",
  ),
  why(
    "sys",
    "In OpenBao's document only",
    /^generate-root$/,
    "OpenBao answers 405 as well; `generate-root/attempt` is there.",
  ),
  why(
    "sys",
    "Served in front of the kernel",
    /^metrics$/,
    "`GET sys/metrics` is there, and not among the declarations because no mount serves it.",
  ),
  why(
    "sys",
    "The root key without new shares",
    /^rotate\/root$/,
    "`rotate/root/init` makes a new root key with new shares, `rotate` a new key of the ring.",
  ),
  why(
    "identity",
    "Second factors",
    /^mfa\b/,
    "People log in at their identity provider, which asks for the second factor: [tokens](auth/jwt.md).",
  ),
  why(
    "identity",
    "A provider for people's logins",
    /^oidc\/(?:assignment|client|provider|scope)\b/,
    "Bulkhead issues tokens that say what a workload is (`oidc/token/ROLE`); it signs nobody in to other sites.",
  ),
  why(
    "identity",
    "Former names",
    /^(?:alias|persona)\b/,
    "`entity-alias` is the same under the name that it has had for years.",
  ),
  why(
    "pki",
    "ACME",
    /(?:^|\/)(?:acme|eab)\b/,
    "Certificates are given to callers with a token; whoever has none gets none.",
  ),
  why(
    "pki",
    "ACME",
    /^config\/(?:acme|cluster)$/,
    "Certificates are given to callers with a token; whoever has none gets none.",
  ),
  why(
    "pki",
    "Rules as programs (CEL)",
    /^cel\//,
    "Roles say what may be issued in fields that can be checked before anything is issued.",
  ),
  why("pki", "Delta lists", /delta/, "Revocation lists are whole, and made when they are read."),
  why("pki", "OCSP", /^ocsp\b/, "Revocation is published as lists; short lives make most of it needless."),
  why(
    "pki",
    "Tidying by schedule",
    /^(?:config\/auto-tidy|tidy-cancel)$/,
    "Tidying is one request (`tidy`), which is done when it is answered.",
  ),
  why(
    "pki",
    "Keys without a certificate",
    /^keys\/generate\//,
    "`root/generate`, `intermediate/generate` and `issuers/generate` make their keys; `keys/import` takes one in.",
  ),
  why(
    "pki",
    "Crossing authorities",
    /^(?:intermediate\/cross-sign|issuer\/\{\w+\}\/sign-self-issued)$/,
    "`issuers/generate/intermediate/…` and `root/sign-intermediate` with the other authority's request do it.",
  ),
  why(
    "pki",
    "Lists signed for others",
    /^issuer\/\{\w+\}\/(?:resign-crls|sign-revocation-list)$/,
    "An authority signs the list of what it issued itself.",
  ),
  why(
    "pki",
    "Other names",
    /^(?:certs\/detailed|revoke-with-key|root\/replace)$/,
    "`certs` and `cert/SERIAL`; `revoke`, by who may; `config/issuers` with `default`.",
  ),
  why(
    "transit",
    "Keys that come or go whole",
    /^(?:backup|restore|byok-export|keys\/\{\w+\}\/import|keys\/\{\w+\}\/import_version|wrapping_key)/,
    "Keys are made here. They leave only one by one by `export`, if the key allows it; snapshots keep them all.",
  ),
  why(
    "transit",
    "Settings of the engine",
    /^(?:cache-config|config\/keys)$/,
    "There is nothing to set: the cache has a fixed bound.",
  ),
  why("transit", "Agreed keys", /^derive-key\//, "OpenBao's own."),
  why(
    "transit",
    "Certificates of keys",
    /^keys\/\{\w+\}\/(?:csr|set-certificate)$/,
    "Certificates are the pki engine's.",
  ),
  why(
    "transit",
    "Keys that wait for their deletion",
    /^keys\/\{\w+\}\/soft-delete/,
    "OpenBao's own: `deletion_allowed` guards a key, snapshots bring one back.",
  ),
  ...["auth/jwt", "auth/oidc"].flatMap((mount) => [
    why(
      mount,
      "Rules as programs (CEL)",
      /^cel\//,
      "Roles bind claims in fields, which are checked for being too broad when they are written.",
    ),
    why(
      mount,
      "Other ways back from the provider",
      /^oidc\/(?:callback|poll)$/,
      "The browser comes back by `GET` with the code in the query, with PKCE, to the client that began.",
    ),
  ]),
  why("kubernetes", "The whole engine", /^/, "Later (C1 in [features](features.md))."),
  why(
    "rabbitmq",
    "The whole engine",
    /^/,
    "Not planned: no part of an ML pipeline that was looked at has it.",
  ),
  why(
    "ssh",
    "The whole engine",
    /^/,
    "Not planned: jobs get credentials of services, not shells on machines.",
  ),
  why(
    "totp",
    "The whole engine",
    /^/,
    "Not planned: a second factor that a server makes beside the first is none.",
  ),
];

export interface FieldWhy {
  readonly mount: RegExp;
  readonly field: RegExp;
  readonly reason: string;
}
const field = (mount: RegExp, name: RegExp, reason: string): FieldWhy => ({ mount, field: name, reason });

const PATH_ONLY = "part of the longer path of the same name";

/** Fields of operations that both have, and that Bulkhead does not declare: ignored, as both ignore what they do not know. */
export const FIELD_REASONS: readonly FieldWhy[] = [
  field(/^auth\/approle$/, /^(?:after|limit)$/, "pages of a list, where nothing is listed"),
  field(/^auth\/cert$/, /^lease$/, "former name of `ttl`, which is former itself"),
  field(/^auth\/token$|^sys$/, /^token$/, "the caller's own token counts there, whatever is sent"),
  field(/^kv-v2$/, /^metadata_cas/, "OpenBao's own: metadata has no versions"),
  field(
    /^pki$/,
    /^(?:acme_|tidy_acme|page_size|pause_duration|issuer_safety_buffer|tidy_|backend)/,
    "tidying takes out certificates and revocations that are over, in one go",
  ),
  field(/^pki$/, /^(?:role|issuer_ref)$/, PATH_ONLY),
  field(
    /^pki$/,
    /^(?:alt_names|common_name|exclude_cn_from_sans|ip_sans|other_sans|serial_number|uri_sans|user_ids|basic_constraints_valid_for_non_ca)$/,
    "`sign-verbatim` takes what stands in the request, and no names besides",
  ),
  field(/^pki$/, /^enable_aia_url_templating$/, "addresses are written out"),
  field(/^sys$/, /^context$/, "the document is the same for everybody"),
  field(/^sys$/, /^plugin_name$/, "`type` names what is mounted"),
  field(/^sys$/, /^type$/, "part of the path: there are rate limits only"),
  field(/^transit$/, /^url(?:algorithm|bytes)$/, PATH_ONLY),
];

/** What HashiCorp's Vault has and OpenBao has not. */
export const VAULT_ONLY: readonly (readonly [string, string])[] = [
  ["`aws` secrets engine", "here"],
  [
    "`azure`, `gcp`, `mongodbatlas`, `consul`, `nomad`, `terraform`, `ad`, `ldap` secrets engines",
    "not here; Azure and Google come later (C1)",
  ],
  [
    "`aws`, `azure`, `gcp`, `github`, `ldap`, `okta`, `radius`, `kerberos`, `oci` auth methods",
    "not here: `jwt` and `oidc` take the tokens that these platforms sign",
  ],
  [
    "`transform`, `kmip`, `keymgmt`, Sentinel policies, control groups, replication, HSM seals (Enterprise)",
    "not here",
  ],
  [
    "Secrets sync, event stream, `sys/sync`, `sys/events`",
    "not here; pushing to where jobs run comes later (A6)",
  ],
  ["`sys/internal/counters/activity`, licences", "not here: nobody is counted"],
];
