/** What the paths of one mount share. */
import type { MountContext } from "../../kernel/plugin.ts";
import type { Authorities } from "./authority.ts";

export interface PkiContext extends Pick<MountContext, "clock" | "services"> {
  readonly authorities: Authorities;
}
