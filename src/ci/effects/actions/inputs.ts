/** Questions to `with:`. */
import type { ExternalSystem } from "../../model.ts";
import { hostSystem, system } from "../systems.ts";
import type { Inputs } from "../types.ts";

export const yes = (value: string | null): boolean => value !== null && /^\s*(?:true|1|yes)\s*$/i.test(value);
export const given = (value: string | null): boolean => value !== null && value.trim() !== "";
export const first = (text: string | null): string => (text ?? "").trim().split(/[\s,]+/, 1)[0] ?? "";
export const pushes = (input: Inputs): boolean => {
  const push = input("push");
  return (
    (push !== null && !/^\s*false\s*$/i.test(push)) || /type=registry|push=true/.test(input("outputs") ?? "")
  );
};
/** `with: registry-url` of the set-up actions. */
export const npmRegistry = (input: Inputs): ExternalSystem | null => {
  const url = input("registry-url");
  return given(url) ? (hostSystem(url ?? "") ?? system("npm")) : null;
};
