/**
 * `bulkhead/approvals/`: logins that wait for people (B4). A request's path names its project and environment, so that a policy says
 * who decides on what: `bulkhead/approvals/fraud/prod/+/approve`. The kernel keeps the requests and checks who decides.
 */
import { rfc3339 } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import { nameOf } from "../../kernel/approvals.ts";
import type { Call, Caller, MountContext, PathDeclaration, PluginType, Reply } from "../../kernel/plugin.ts";
import type { ApprovalRequest, ApprovalService } from "../../kernel/services.ts";

const describe = (request: ApprovalRequest): Record<string, ReplyValue> => ({
  request: nameOf(request),
  project: request.project,
  environment: request.environment,
  mount: request.mount,
  role: request.role,
  metadata: request.metadata,
  state: request.state,
  needed: request.needed,
  approved_by: request.approvals.map(({ displayName, time }) => ({
    display_name: displayName,
    time: rfc3339(time),
  })),
  created: rfc3339(request.created),
  expires: rfc3339(request.expires),
});

/** Only under the path it is named by: that is what the policy was asked for. */
async function named(approvals: ApprovalService, { params }: Call): Promise<ApprovalRequest> {
  const { project = "", environment = "", id = "" } = params;
  const request = await approvals.get(id);
  if (request === null || request.project !== project || request.environment !== environment)
    throw new BulkheadError("approval.unknown", { request: `${project}/${environment}/${id}`.slice(0, 200) });
  return request;
}

async function list(approvals: ApprovalService): Promise<Reply | null> {
  const requests = await approvals.list();
  if (requests.length === 0) return null;
  return {
    data: {
      keys: requests.map(nameOf),
      key_info: Object.fromEntries(requests.map((one) => [nameOf(one), describe(one)])),
    },
  };
}

function paths({ services: { approvals } }: MountContext): PathDeclaration[] {
  const decide = (what: (id: string, by: Caller) => Promise<ApprovalRequest>) => {
    const handler = async (call: Call): Promise<Reply> => {
      const { id } = await named(approvals, call);
      if (call.caller === null) throw new BulkheadError("auth.missing-token");
      return { data: describe(await what(id, call.caller)) };
    };
    return { create: handler, update: handler };
  };
  const path = "{project}/{environment}/{id}";
  return [
    { pattern: "", summary: "Lists the logins that wait", operations: { list: () => list(approvals) } },
    {
      pattern: `${path}/approve`,
      summary: "Agrees to the login, as another person",
      operations: decide((id, by) => approvals.approve(id, by)),
    },
    {
      pattern: `${path}/deny`,
      summary: "Refuses the login",
      operations: decide((id, by) => approvals.deny(id, by)),
    },
    {
      pattern: path,
      summary: "One waiting login",
      operations: { read: async (call) => ({ data: describe(await named(approvals, call)) }) },
    },
  ];
}

export const approvals: PluginType = {
  type: "bulkhead-approvals",
  title: "Approvals",
  description: "Logins that wait for another person",
  builtinAt: "bulkhead/approvals/",
  create: (context) => ({ paths: paths(context) }),
};
