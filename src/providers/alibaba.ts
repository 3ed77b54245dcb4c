import { layout, named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const alibaba: Provider = {
  id: "alibaba",
  title: "Alibaba Cloud",
  kind: "cloud",
  website: "https://www.alibabacloud.com",
  docs: "https://www.alibabacloud.com/help/en/ram/user-guide/create-an-accesskey-pair",
  credentials: [
    {
      id: "alibaba-access-key-id",
      title: "Alibaba Cloud access key id",
      severity: "medium",
      part: "access_key_id",
      actsFor: "machine",
      cite: betterleaks(432),
      ...layout("LTAI{alnum 17-21}"),
    },
    {
      id: "alibaba-access-key-secret",
      title: "Alibaba Cloud access key secret",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(446),
      ...named(
        [
          "alibaba_cloud_access_key_secret",
          "aliyun_access_key_secret",
          "alicloud_secret_key",
          "alibaba_secret_key",
          "accesskeysecret",
          "access_key_secret",
        ],
        "{alnum 30}",
      ),
    },
    {
      id: "alibaba-sts-id",
      title: "Alibaba Cloud temporary access key id",
      severity: "low",
      part: "sts_access_key_id",
      actsFor: "machine",
      cite: betterleaks(484),
      ...named(
        [
          "alibaba_cloud_access_key_id",
          "alicloud_access_key",
          "aliyun_access_key_id",
          "accesskeyid",
          "access_key_id",
        ],
        "STS.{alnum 16-64}",
      ),
    },
    {
      id: "alibaba-security-token",
      title: "Alibaba Cloud temporary security token",
      severity: "high",
      part: "security_token",
      actsFor: "machine",
      cite: betterleaks(538),
      ...layout("CAIS{base64url 100-1000}"),
    },
  ],
  parts: [
    { name: "access_key_id", secret: false, needs: "value" },
    { name: "value", secret: true },
    { name: "sts_access_key_id", secret: false, needs: "value" },
    { name: "security_token", secret: true },
  ],
  variables: {
    ALIBABA_CLOUD_ACCESS_KEY_ID: "access_key_id",
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: "value",
    ALICLOUD_ACCESS_KEY: "access_key_id",
    ALICLOUD_SECRET_KEY: "value",
    ALIBABA_CLOUD_SECURITY_TOKEN: "security_token",
    OSS_ACCESS_KEY_SECRET: "value",
    OSS_ACCESS_KEY_ID: "access_key_id",
  },
  hosts: ["*.aliyuncs.com"],
  packages: {
    python: ["oss2", "aliyun-python-sdk-core", "alibabacloud_credentials"],
    npm: ["ali-oss", "@alicloud/openapi-client"],
  },
  rotate: { by: "person", page: "https://ram.console.aliyun.com/manage/ak" },
};
