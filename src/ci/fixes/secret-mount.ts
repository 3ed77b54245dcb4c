/**
 * A secret in a Dockerfile's `ARG` or `ENV` → a mount for the commands that read it: nothing of it stays in the image, its history or
 * the build's cache. https://docs.docker.com/reference/dockerfile/#run---mounttypesecret
 */
import type { Fix, TextEdit } from "../checks/types.ts";
import { mentions } from "../effects/of-script.ts";
import type { BuildFile, BuildInstruction } from "../model.ts";
import { span } from "../spans.ts";
import { wholeLines } from "./edits.ts";

export interface MountPlan {
  /** What is taken away: every `ARG` and `ENV` of the stage that hands it on. */
  readonly drops: readonly BuildInstruction[];
  /** The commands that name it. */
  readonly readers: readonly BuildInstruction[];
  /** Null where no edit is sure. */
  readonly fix: Fix | null;
}

/** `variable` without a value in the file. What a command reads without naming it (through a file such as .npmrc) is not seen. */
export function secretMount(
  build: BuildFile,
  { stage, variable }: { readonly stage: number; readonly variable: string },
): MountPlan {
  const own = build.instructions.filter((one) => one.stage === stage);
  const drops = own.filter(
    ({ name, settings }) =>
      (name === "ARG" || name === "ENV") && settings.some((one) => one.name === variable),
  );
  const readers = own.filter(({ name, text }) => name === "RUN" && mentions(text.value, variable));
  const others = own.some(
    (one) => one.name !== "RUN" && !drops.includes(one) && mentions(one.text.value, variable),
  );
  const sure =
    stage >= 0 &&
    readers.length > 0 &&
    !others &&
    hasMountVariables(build) &&
    drops.every((one) => isAlone(one, variable)) &&
    readers.every(
      ({ settings }) => !settings.some(({ name, value }) => name === "mount" && hasId(value.value, variable)),
    );
  return { drops, readers, fix: sure ? fixOf({ drops, readers, variable }) : null };
}

export const mountOf = (variable: string): string => `--mount=type=secret,id=${variable},env=${variable}`;

function fixOf({
  drops,
  readers,
  variable,
}: Pick<MountPlan, "drops" | "readers"> & { readonly variable: string }): Fix {
  const edits: TextEdit[] = [
    ...drops.map(({ span: at }) => {
      const whole = wholeLines(at.file, at.start, at.end);
      return { span: span(at.file, whole.start, whole.end), text: "" };
    }),
    ...readers.map(({ text }) => ({
      span: span(text.span.file, text.span.start, text.span.start),
      text: `${mountOf(variable)} `,
    })),
  ];
  return {
    title: `mount ${variable} for the ${readers.length === 1 ? "command that reads it" : "commands that read it"}`,
    safety: "review",
    note: `build with --secret id=${variable},env=${variable} in place of --build-arg (in compose \`secrets:\`, in docker/build-push-action \`secrets:\`)${drops.some(({ name }) => name === "ENV") ? `, and give ${variable} to the container when it starts` : ""}; it needs version 1.10 of the Dockerfile syntax`,
    edits,
  };
}

/** One name, and no value but another variable's. */
const isAlone = ({ settings }: BuildInstruction, variable: string): boolean =>
  settings.length === 1 && settings.every(({ value }) => value.value === "" || isSelf(value.value, variable));

const isSelf = (value: string, variable: string): boolean =>
  value === `$${variable}` || value === `\${${variable}}`;

const hasId = (mount: string, variable: string): boolean =>
  new RegExp(`(?:^|,)(?:id|env)=${variable}(?:,|$)`).test(mount);

/** `env=` of a secret's mount came with 1.10; without a directive the builder's own version counts. */
function hasMountVariables({ file }: BuildFile): boolean {
  const named = /^\s*#\s*syntax\s*=\s*(\S+)/m.exec(file.text.slice(0, 2_000))?.[1];
  if (named === undefined) return true;
  const version = /^(?:docker\.io\/)?docker\/dockerfile:1(?:\.(\d+))?(?:\.\d+)?(?:-labs)?(?:@.*)?$/.exec(
    named,
  );
  return version !== null && (version[1] === undefined || Number(version[1]) >= 10);
}
