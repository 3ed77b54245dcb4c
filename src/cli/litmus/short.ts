/** The short form on the page of `bulkhead check`: what can be read today, counted in this process and without a connection. */
import type { Detector } from "../../detect/types.ts";
import { look } from "../../run/litmus/look.ts";
import { planLitmus } from "../../run/litmus/plan.ts";
import type { Group } from "../../run/litmus/types.ts";
import { isEnvFile } from "../../scan/env-files.ts";
import { userHome } from "../../server/home.ts";
import type { Context } from "../context.ts";
import { hidden } from "../run/hide.ts";
import { countLine, countsOf } from "./result.ts";

export interface ShortLitmus {
  readonly counts: Partial<Record<Group, number>>;
  /** The same in words; empty where nothing can be read. */
  readonly text: string;
  readonly command: string;
}

export async function litmusOfToday(
  context: Context,
  root: string,
  detector: Detector,
): Promise<ShortLitmus> {
  const { env, home } = context;
  const plan = planLitmus({
    home: userHome(env),
    uid: process.getuid?.() ?? -1,
    ...{ cwd: root, env, folder: home.folder, own: [], network: false },
    isEnvFile,
    hide: hidden(context, { folder: root, place: null }),
  });
  const { items } = await look({ plan, env, detector });
  const counts = countsOf(items);
  return { counts, text: countLine(counts), command: "bulkhead litmus" };
}
