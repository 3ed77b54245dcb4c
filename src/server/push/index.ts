/**
 * Values where others keep them. `jobs.ts` says what of a declared project goes where, `push.ts` puts one of them there, `status.ts` tells
 * what has drifted, `carry.ts` does it for a rotation. Here is the port for the composition alone: the targets are loaded when they are needed.
 */
import type { RotationPorts } from "../../core/ports/rotation.ts";
import type { Surroundings } from "./carry.ts";
import { serverVariables } from "./variables.ts";

type Push = NonNullable<RotationPorts["push"]>;

const pushing =
  (surroundings: () => Promise<Surroundings>): Push =>
  async (path, environment, value, rights) => {
    const { carry } = await import("./carry.ts");
    return await carry({ path, environment, value, rights }, await surroundings());
  };

/** In a person's or a job's own process: as `bulkhead push` there. `cwd`: the folder that relative files are read from. */
export const localPush = (env: Surroundings["env"], cwd: () => Promise<string>): Push =>
  pushing(async () => ({ env, cwd: await cwd(), files: true }));

/** In a process that serves others. */
export const serverPush = (env: Surroundings["env"]): Push =>
  pushing(() => Promise.resolve({ env: serverVariables(env), cwd: "/", files: false }));
