/** How rows are written, and the variables that several of them read. */
import type { ExternalSystem } from "../../model.ts";
import { hostSystem, imageRegistry, system } from "../systems.ts";
import type { CommandRow, CommandWords } from "../types.ts";

export const DRY = ["--dry-run", "--dryrun", "--noop"];
export const AWS = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
export const AZURE = ["AZURE_CREDENTIALS", "AZURE_CLIENT_SECRET", "ARM_CLIENT_SECRET"];
export const GOOGLE = ["GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CREDENTIALS", "CLOUDSDK_AUTH_ACCESS_TOKEN"];
export const TERRAFORM = [...AWS, ...AZURE, ...GOOGLE, "TF_TOKEN_app_terraform_io", "TF_API_TOKEN"];
export const GITHUB = ["GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN"];
export const KUBE = ["KUBECONFIG", "KUBE_CONFIG", "KUBE_TOKEN"];
export const NPM = ["NODE_AUTH_TOKEN", "NPM_TOKEN", "NPM_AUTH_TOKEN"];

export const npm = (command: CommandWords): ExternalSystem => {
  const registry = command.option("--registry");
  return registry === null ? system("npm") : (hostSystem(registry) ?? system("npm"));
};
export const pypi = (command: CommandWords): ExternalSystem => {
  const url = command.option("--repository-url", "--publish-url", "--index-url", "--index");
  const name = command.option("-r", "--repository");
  return url !== null ? (hostSystem(url) ?? system("pypi", url)) : system("pypi", name);
};
export const image = (command: CommandWords): ExternalSystem => imageRegistry(command.plain.at(-1) ?? "");
export const last = (command: CommandWords): string | null => command.plain.at(-1) ?? null;
export const tagged = (command: CommandWords): ExternalSystem =>
  imageRegistry(command.option("-t", "--tag") ?? "");
export const context = (command: CommandWords): string | null => command.option("-n", "--namespace");

export type Rest = Omit<CommandRow, "program" | "words" | "verb" | "system">;
export const row = (
  line: string,
  verb: CommandRow["verb"],
  to: CommandRow["system"],
  rest: Rest = {},
): CommandRow => {
  const [program = "", ...words] = line.split(" ");
  return {
    program,
    verb,
    system: to,
    ...(words.length === 0
      ? {}
      : { words: words.map((word) => (word.includes("|") ? word.split("|") : word)) }),
    ...rest,
  };
};
