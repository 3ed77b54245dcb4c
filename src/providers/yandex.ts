import { layout, named } from "./layout.ts";
import { gitleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const yandex: Provider = {
  id: "yandex",
  title: "Yandex Cloud",
  kind: "cloud",
  website: "https://yandex.cloud",
  docs: "https://yandex.cloud/en/docs/iam/concepts/authorization/",
  credentials: [
    {
      id: "yandex-api-key",
      title: "Yandex Cloud API key",
      severity: "high",
      actsFor: "machine",
      cite: gitleaks(3193),
      ...layout("AQVN{base64url 35-38}"),
    },
    {
      id: "yandex-iam-token",
      title: "Yandex Cloud IAM token",
      severity: "high",
      part: "iam_token",
      actsFor: "machine",
      cite: gitleaks(3187),
      ...named(
        ["yandex_iam_token", "yandex_token", "yc_token", "iam_token", "yc_iam_token"],
        "t1.{base64url 20-300}.{base64url 86}",
      ),
    },
    {
      id: "yandex-static-key",
      title: "Yandex Cloud static access key",
      severity: "high",
      part: "static_key",
      actsFor: "machine",
      cite: gitleaks(3199),
      ...named(["yandex_secret_access_key", "yandex_access_key", "yandex_secret_key"], "YC{base64url 38}"),
      needsContext: false,
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "iam_token", secret: true },
    { name: "static_key", secret: true },
  ],
  variables: { YC_TOKEN: "iam_token", YANDEX_API_KEY: "value", YC_API_KEY: "value" },
  hosts: ["*.api.cloud.yandex.net", "storage.yandexcloud.net"],
  packages: { python: ["yandexcloud"], npm: ["@yandex-cloud/nodejs-sdk"] },
  rotate: { by: "person", page: "https://yandex.cloud/en/docs/iam/concepts/authorization/" },
};
