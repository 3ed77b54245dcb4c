import { either, prefixed } from "./format.ts";
import { named } from "./pieces.ts";
import type { CredentialType, Provider } from "./types.ts";

// The file that the site hands out: a name and a key in one JSON object.
const kaggleJson: Pick<CredentialType, "formats" | "hits" | "misses"> & { readonly needsContext: true } = {
  needsContext: true,
  formats: [
    {
      pattern:
        '\\\\{0,3}"username\\\\{0,3}"\\s{0,8}:\\s{0,8}\\\\{0,3}"[\\w\\-]{1,50}\\\\{0,3}"\\s{0,8},\\s{0,8}\\\\{0,3}"key\\\\{0,3}"\\s{0,8}:\\s{0,8}\\\\{0,3}"([0-9a-f]{32})(?![A-Za-z0-9])',
      literals: ['"username'],
      maxLength: 180,
      before: 4,
    },
  ],
  hits: [
    ['{"username":"trainer","key":"', { random: "hex", length: 32 }, '"}'],
    ['{\\"username\\": \\"trainer\\", \\"key\\": \\"', { random: "hex", length: 32 }, '\\"}'],
  ],
  misses: [
    ['{"username":"trainer","key":"', { random: "hex", length: 31 }, '"}'],
    ['{"user":"trainer","key":"', { random: "hex", length: 32 }, '"}'],
  ],
};

export const kaggle: Provider = {
  id: "kaggle",
  title: "Kaggle",
  kind: "training-data",
  website: "https://www.kaggle.com",
  docs: "https://www.kaggle.com/docs/api",
  credentials: [
    {
      id: "kaggle-api-token",
      title: "Kaggle API token",
      severity: "high",
      cite: "https://www.kaggle.com/docs/api",
      actsFor: "person",
      ...prefixed("KGAT_", { alphabet: "hex", min: 32 }),
    },
    {
      id: "kaggle-key",
      title: "Kaggle API key",
      severity: "high",
      cite: "https://github.com/Kaggle/kaggle-api",
      actsFor: "person",
      ...either(named(["kaggle_key"], { alphabet: "hex", min: 32 }), kaggleJson),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "username", secret: false },
  ],
  variables: { KAGGLE_API_TOKEN: "value", KAGGLE_KEY: "value", KAGGLE_USERNAME: "username" },
  hosts: ["www.kaggle.com"],
  packages: { python: ["kaggle", "kagglehub"] },
  rotate: { by: "person", page: "https://www.kaggle.com/settings" },
};
