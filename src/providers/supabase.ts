import { STRICT_BORDER, prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const supabase: Provider = {
  id: "supabase",
  title: "Supabase",
  kind: "database",
  website: "https://supabase.com",
  docs: "https://supabase.com/docs/guides/api/api-keys",
  credentials: [
    {
      id: "supabase-secret-key",
      title: "Supabase secret key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.supabase",
      actsFor: "machine",
      ...prefixed("sb_secret_", { alphabet: "base64url", min: 25, max: 60 }),
    },
    {
      id: "supabase-publishable-key",
      title: "Supabase publishable key",
      severity: "info",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.supabase",
      part: "publishable_key",
      public: true,
      actsFor: "machine",
      ...prefixed("sb_publishable_", { alphabet: "base64url", min: 25, max: 60 }),
    },
    {
      id: "supabase-service-role",
      title: "Supabase service_role key, which passes row-level security",
      severity: "critical",
      cite: "https://supabase.com/docs/guides/api/api-keys",
      actsFor: "machine",
      formats: [
        {
          pattern: `${STRICT_BORDER}eyJ[A-Za-z0-9_\\-]{10,200}\\.eyJ[A-Za-z0-9_\\-]{10,1000}\\.[A-Za-z0-9_\\-]{20,200}(?![A-Za-z0-9_\\-])`,
          literals: ["eyJ"],
          maxLength: 1410,
          before: 0,
          check: "jwt-service-role",
        },
      ],
      hits: [
        [{ jwt: { iss: "supabase", ref: "abcdefghijklmnopqrst", role: "service_role", exp: 2524608000 } }],
      ],
      misses: [[{ random: "base64url", length: 30 }, ".", { random: "base64url", length: 80 }]],
    },
    {
      id: "supabase-access-token",
      title: "Supabase personal access token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.supabase",
      part: "access_token",
      actsFor: "person",
      ...prefixed("sbp_", { alphabet: "hex", min: 40 }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "access_token", secret: true },
    { name: "publishable_key", secret: false },
    { name: "url", secret: false },
  ],
  variables: {
    SUPABASE_SERVICE_ROLE_KEY: "value",
    SUPABASE_SERVICE_KEY: "value",
    SUPABASE_SECRET_KEY: "value",
    SUPABASE_ACCESS_TOKEN: "access_token",
    SUPABASE_ANON_KEY: "publishable_key",
    SUPABASE_PUBLISHABLE_KEY: "publishable_key",
    SUPABASE_URL: "url",
  },
  hosts: ["*.supabase.co", "api.supabase.com"],
  packages: { python: ["supabase", "vecs"], npm: ["@supabase/supabase-js", "supabase"] },
  rotate: { by: "person", page: "https://supabase.com/dashboard/project/_/settings/api-keys" },
  ciActions: ["supabase/setup-cli"],
};
