import { named } from "./layout.ts";
import type { Provider } from "./types.ts";

export const quay: Provider = {
  id: "quay",
  title: "Red Hat Quay",
  kind: "package-registry",
  website: "https://quay.io",
  docs: "https://docs.redhat.com/en/documentation/red_hat_quay/3/html/use_red_hat_quay/use-quay-manage-repo",
  credentials: [
    {
      id: "quay-robot-token",
      title: "Quay robot account token",
      severity: "critical",
      actsFor: "machine",
      cite: "https://github.com/quay/quay/blob/bd7252c536bcf8c49cca167d7c4b433489d36044/data/model/user.py",
      ...named(
        [
          "quay_robot_token",
          "quay_robot_password",
          "quay_token",
          "quay_password",
          "quay_io_password",
          "quay_io_token",
        ],
        "{caps 64}",
      ),
    },
  ],
  variables: { QUAY_TOKEN: "value", QUAY_PASSWORD: "value" },
  hosts: ["quay.io"],
  packages: {},
  rotate: { by: "api", page: "https://quay.io" },
};
