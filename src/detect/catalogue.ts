/** The rules of every scan. In the release bundle `catalogue-file.ts` stands in its place (`tools/build.ts`). */
import { allProviders } from "../providers/all.ts";
import { builtinRules } from "./from-providers.ts";
import type { Catalogue } from "./prepared.ts";

export const catalogue = (): Catalogue => ({ rules: builtinRules(allProviders()), prepared: null });
