/** Health, seal, key ring, shares. The first few answer while sealed and need no token, as load balancers and clients expect. */
import type { Clock } from "../../core/clock.ts";
import type { PathDeclaration } from "../../kernel/plugin.ts";
import type { KernelServices } from "../../kernel/services.ts";
import { healthPaths } from "./health.ts";
import { rekeyPaths } from "./rekey.ts";
import { rootPaths } from "./root-tokens.ts";
import { rotationPaths } from "./rotation.ts";
import { unsealPaths } from "./unseal.ts";

export const sealPaths = (
  { seal, background }: Pick<KernelServices, "seal" | "background">,
  clock: Clock,
): PathDeclaration[] => [
  ...healthPaths({ seal, background }, clock),
  ...unsealPaths(seal),
  ...rotationPaths(seal),
  ...rekeyPaths(seal),
  ...rootPaths(seal),
];
