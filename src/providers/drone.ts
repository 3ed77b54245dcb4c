import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const drone: Provider = {
  id: "drone",
  title: "Drone CI",
  kind: "source-control",
  website: "https://www.drone.io",
  docs: "https://docs.drone.io/api/overview/",
  credentials: [
    {
      id: "drone-token",
      title: "Drone CI token",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(3029),
      ...named(["drone_token", "droneci_token", "droneci_access_token", "drone_ci_token"], "{alnum 32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "rpc_secret", secret: true },
  ],
  variables: { DRONE_TOKEN: "value", DRONE_RPC_SECRET: "rpc_secret" },
  hosts: [],
  packages: { npm: ["drone-node"] },
  rotate: { by: "person", page: "https://docs.drone.io/api/overview/" },
};
