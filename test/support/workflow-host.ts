/** GitHub's API as far as switching a workflow off needs it, with state: https://docs.github.com/rest/actions/workflows (2022-11-28). */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

export interface WorkflowHost {
  readonly url: string;
  readonly states: Map<string, "active" | "disabled_manually">;
  /** Runs in progress by id: the workflow's file. */
  readonly runs: Map<number, string>;
  /** Answers 500 to so many changes more. */
  failures: number;
}

export async function startWorkflowHost(
  t: TestContext,
  { token, files }: { readonly token: string; readonly files: readonly string[] },
): Promise<WorkflowHost> {
  const host = {
    url: "",
    states: new Map(files.map((file) => [file, "active" as const])),
    runs: new Map(),
    failures: 0,
  } as {
    -readonly [K in keyof WorkflowHost]: WorkflowHost[K];
  };
  const answer = (method: string, path: string, authorization: string): readonly [number, unknown] => {
    if (authorization !== `Bearer ${token}`) return [401, { message: "Bad credentials" }];
    const [, file = "", rest = ""] =
      /^\/repos\/acme\/fraud\/actions\/workflows\/([^/?]+)(.*)$/.exec(path) ?? [];
    const state = host.states.get(file);
    if (method !== "GET" && host.failures > 0) {
      host.failures--;
      return [500, { message: "later" }];
    }
    const [, run] = /^\/repos\/acme\/fraud\/actions\/runs\/(\d+)\/cancel$/.exec(path) ?? [];
    if (run !== undefined) return [host.runs.delete(Number(run)) ? 202 : 409, {}];
    if (state === undefined) return [404, { message: "Not Found" }];
    if (method === "GET" && rest === "") return [200, { id: 1, path: `.github/workflows/${file}`, state }];
    if (method === "PUT" && rest === "/disable") {
      host.states.set(file, "disabled_manually");
      return [204, null];
    }
    if (method === "POST" && rest === "/dispatches")
      return state === "active"
        ? [204, null]
        : [422, { message: "Cannot trigger a 'workflow_dispatch' on a disabled workflow" }];
    if (method === "GET" && rest.startsWith("/runs?status=in_progress"))
      return [200, { workflow_runs: [...host.runs].filter(([, of]) => of === file).map(([id]) => ({ id })) }];
    return rest.startsWith("/runs?") ? [200, { workflow_runs: [] }] : [404, { message: "Not Found" }];
  };
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      const [status, body] = answer(
        request.method ?? "",
        request.url ?? "",
        request.headers.authorization ?? "",
      );
      response
        .writeHead(status, { "content-type": "application/json" })
        .end(body === null ? "" : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  host.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return host;
}
