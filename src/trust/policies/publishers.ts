/**
 * Trusted publishers of npm and PyPI, which their sites keep and no file shows: declared in `.bulkhead/publishers.yaml`. The registry asks
 * that the repository's workflow file is the one named and, where one is set, the environment.
 */
import type { Json } from "../../core/json-bytes.ts";
import { isFields } from "./fields.ts";
import { all, claimTest } from "./formula.ts";
import type { Formula, TrustPolicy } from "./types.ts";

const GITHUB = "https://token.actions.githubusercontent.com";
const GITLAB = "https://gitlab.com";

interface Publisher {
  readonly registry: "npm" | "pypi";
  readonly package: string;
  /** `owner/name`, or `group/project`. */
  readonly repository: string;
  /** The file's name: `publish.yml`; GitLab: the path of its top-level file. */
  readonly workflow: string;
  readonly environment: string | null;
  readonly host: "github" | "gitlab";
}

export function publisherPolicy(value: Json, place = ""): TrustPolicy | string {
  const publisher = read(value);
  if (typeof publisher === "string") return publisher;
  const { registry, repository, workflow, environment, host } = publisher;
  const test = (
    claim: string,
    operator: "equals" | "equals-any-case" | "like-any-case",
    wanted: string,
    at: string,
  ): Formula => claimTest({ claim, operator, values: [wanted], place: `${place}/${at}` });
  const parts =
    host === "github"
      ? [
          test("repository", "equals-any-case", repository, "repository"),
          // The file in whatever ref runs it: the registry compares the path before `@`.
          test(
            "job_workflow_ref",
            "like-any-case",
            `${repository}/.github/workflows/${workflow}@*`,
            "workflow",
          ),
        ]
      : [
          test("project_path", "equals-any-case", repository, "repository"),
          test("ci_config_ref_uri", "like-any-case", `gitlab.com/${repository}//${workflow}@*`, "workflow"),
        ];
  if (environment !== null) parts.push(test("environment", "equals-any-case", environment, "environment"));
  const audience = registry === "pypi" ? "pypi" : "npm:registry.npmjs.org";
  parts.unshift(test("aud", "equals", audience, ""));
  const issuers = [host === "github" ? GITHUB : GITLAB];
  return {
    system: registry,
    target: publisher.package,
    statements: [{ effect: "allow", issuers, formula: all(parts), place }],
    problems: [],
  };
}

/** A problem in words where it is none. */
function read(value: Json): Publisher | string {
  if (!isFields(value)) return "an entry is no mapping";
  const { registry, package: name, repository, workflow, environment = null, host = "github" } = value;
  if (registry !== "npm" && registry !== "pypi") return "`registry` is npm or pypi";
  if (typeof name !== "string" || typeof repository !== "string" || typeof workflow !== "string")
    return "`package`, `repository` and `workflow` are needed";
  if (!/^[^/\s]+(?:\/[^/\s]+)+$/.test(repository)) return "`repository` is owner/name";
  if (environment !== null && typeof environment !== "string") return "`environment` is a name";
  if (host !== "github" && host !== "gitlab") return "`host` is github or gitlab";
  const other = Object.keys(value).find(
    (key) => !["registry", "package", "repository", "workflow", "environment", "host"].includes(key),
  );
  if (other !== undefined) return `there is no \`${other}\``;
  return { registry, package: name, repository, workflow, environment, host };
}
