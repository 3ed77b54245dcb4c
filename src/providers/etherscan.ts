import { named } from "./layout.ts";
import { trufflehog } from "./sources.ts";
import type { Provider } from "./types.ts";

export const etherscan: Provider = {
  id: "etherscan",
  title: "Etherscan",
  kind: "generic",
  website: "https://etherscan.io",
  docs: "https://docs.etherscan.io/getting-an-api-key",
  credentials: [
    {
      id: "etherscan-api-key",
      title: "Etherscan API key",
      severity: "low",
      actsFor: "machine",
      cite: trufflehog("0bca930b548dbfbd6f2f54e2e40c22c30d1c2ccf/pkg/detectors/etherscan/etherscan.go"),
      ...named(["etherscan_api_key", "etherscan_key", "etherscan_token"], "{caps 34}"),
    },
  ],
  variables: { ETHERSCAN_API_KEY: "value", ETHERSCAN_KEY: "value" },
  hosts: ["api.etherscan.io"],
  packages: { python: ["etherscan-python"], npm: ["@nomicfoundation/hardhat-verify"] },
  rotate: { by: "person", page: "https://etherscan.io/myapikey" },
};
