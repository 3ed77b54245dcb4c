/** All providers, made when first asked for. In the release bundle `all-file.ts` stands in its place (`tools/build.ts`). */
import { providers } from "./index.ts";
import type { Provider } from "./types.ts";

export const allProviders = (): readonly Provider[] => providers;
