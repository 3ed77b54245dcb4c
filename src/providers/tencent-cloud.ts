import { layout, named } from "./layout.ts";
import type { Provider } from "./types.ts";

const CITE = "https://rules.sonarsource.com/secrets/RSPEC-7007/";

export const tencentCloud: Provider = {
  id: "tencent-cloud",
  title: "Tencent Cloud",
  kind: "cloud",
  website: "https://www.tencentcloud.com",
  docs: "https://www.tencentcloud.com/document/product/598/34228",
  aliases: ["tencent", "qcloud"],
  credentials: [
    {
      id: "tencent-cloud-secret-id",
      title: "Tencent Cloud secret id",
      severity: "medium",
      part: "secret_id",
      actsFor: "machine",
      cite: CITE,
      ...layout("AKID{alnum 32}"),
    },
    {
      id: "tencent-cloud-secret-key",
      title: "Tencent Cloud secret key",
      severity: "critical",
      actsFor: "machine",
      cite: CITE,
      ...named(
        ["tencentcloud_secret_key", "tencent_secret_key", "tencent_cloud_secret_key", "qcloud_secret_key"],
        "{alnum 32}",
      ),
    },
  ],
  parts: [
    { name: "secret_id", secret: false },
    { name: "value", secret: true },
    { name: "region", secret: false },
  ],
  variables: {
    TENCENTCLOUD_SECRET_ID: "secret_id",
    TENCENTCLOUD_SECRET_KEY: "value",
    TENCENTCLOUD_REGION: "region",
  },
  hosts: ["*.tencentcloudapi.com"],
  packages: { python: ["tencentcloud-sdk-python", "tencentcloud"], npm: ["tencentcloud-sdk-nodejs"] },
  rotate: { by: "person", page: "https://console.tencentcloud.com/cam/capi" },
};
