import { named, opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const snowflake: Provider = {
  id: "snowflake",
  title: "Snowflake",
  kind: "training-data",
  website: "https://www.snowflake.com",
  docs: "https://docs.snowflake.com/en/user-guide/programmatic-access-tokens",
  credentials: [
    {
      id: "snowflake-access-token",
      title: "Snowflake programmatic access token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.snowflake",
      actsFor: "machine",
      ...opaque([
        "snowflake_token",
        "snowflake_pat",
        "snowflake_access_token",
        "snowflake_programmatic_access_token",
        "snowflake_jwt",
      ]),
    },
    {
      id: "snowflake-password",
      title: "Snowflake password",
      severity: "critical",
      cite: "https://docs.snowflake.com/en/developer-guide/snowflake-cli/connecting/configure-connections",
      actsFor: "machine",
      part: "password",
      ...named(
        ["snowflake_password", "snowsql_pwd"],
        { alphabet: "base64url", min: 12, max: 64 },
        { minEntropy: 3 },
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "password", secret: true },
    { name: "private_key", secret: true },
    { name: "account", secret: false },
    { name: "user", secret: false },
  ],
  variables: {
    SNOWFLAKE_TOKEN: "value",
    SNOWFLAKE_PAT: "value",
    SNOWFLAKE_JWT: "value",
    SNOWFLAKE_PASSWORD: "password",
    SNOWSQL_PWD: "password",
    SNOWFLAKE_PRIVATE_KEY: "private_key",
    SNOWFLAKE_PRIVATE_KEY_RAW: "private_key",
    SNOWFLAKE_ACCOUNT: "account",
    SNOWFLAKE_USER: "user",
  },
  hosts: ["*.snowflakecomputing.com"],
  packages: {
    python: ["snowflake", "snowflake-connector-python", "snowflake-snowpark-python", "snowflake-sqlalchemy"],
    npm: ["snowflake-sdk"],
  },
  rotate: { by: "api", page: "https://docs.snowflake.com/en/user-guide/programmatic-access-tokens" },
};
