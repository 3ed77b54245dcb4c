/** What the two AWS targets share: a folder of names, and the region. */
import type { ResolveContext } from "../types.ts";
import { setting } from "./request.ts";
import type { PushContext, PushSettings } from "./types.ts";

export const AWS_SETTINGS = { required: [], optional: ["path", "region"] } as const;
const PATH = {
  pattern: /^\/?[A-Za-z0-9_+=.@-]+(?:\/[A-Za-z0-9_+=.@-]+){0,14}$/,
  expected: "path: folder/folder",
};
const REGION = { pattern: /^[a-z]{2}(?:-[a-z]+)+-\d$/, expected: "region: eu-west-1" };

export function awsPlace(target: string, settings: PushSettings): string {
  const [path, region] = [
    setting(target, settings, "path", PATH),
    setting(target, settings, "region", REGION),
  ];
  return [region ?? "", path ?? ""].filter((one) => one !== "").join(" ") || "the account";
}

export const fullName = ({ path }: PushSettings, name: string): string =>
  path === undefined ? name : `${path}/${name}`;

export function awsContext({ region }: PushSettings, { env, cwd, signal }: PushContext): ResolveContext {
  return {
    env: region === undefined ? env : { ...env, AWS_REGION: region },
    cwd,
    ...(signal !== undefined && { signal }),
  };
}
