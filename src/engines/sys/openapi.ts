/** `sys/internal/specs/openapi`: the API of every mount as OpenAPI 3, made from the same declarations that the kernel serves. */
import type { ReplyValue } from "../../core/json-bytes.ts";
import type {
  FieldDeclaration,
  FieldType,
  Handler,
  Operation,
  PathDeclaration,
} from "../../kernel/plugin.ts";
import type { DeclaredMount, MountService } from "../../kernel/services.ts";

type Node = Record<string, ReplyValue>;

const SCHEMAS: Readonly<Record<FieldType, Node>> = {
  string: { type: "string" },
  int: { type: "integer", format: "int64" },
  bool: { type: "boolean" },
  duration: { type: "string", format: "duration", description: "seconds, or a text such as 1h30m" },
  strings: { type: "array", items: { type: "string" } },
  map: { type: "object", additionalProperties: { type: "string" } },
  json: {},
  secret: { type: "string", format: "password" },
};
/** Verb of each operation; a list is a GET with a parameter, for the tools that know no LIST. */
const VERBS: Readonly<Partial<Record<Operation, string>>> = {
  read: "get",
  list: "get",
  scan: "get",
  create: "post",
  update: "post",
  patch: "patch",
  delete: "delete",
};

export const openApiPath = (mounts: MountService, version: () => Promise<string>): PathDeclaration => ({
  pattern: "internal/specs/openapi",
  summary: "This API as an OpenAPI 3 document",
  fields: {
    generic_mount_paths: {
      type: "bool",
      plain: true,
      description: "Mounts as parameters: /{kv_mount_path}/data/{path}",
    },
  },
  operations: { read: documented(mounts, version), update: documented(mounts, version) },
});

const documented =
  (mounts: MountService, version: () => Promise<string>): Handler =>
  async ({ fields }) => {
    const generic = fields.bool("generic_mount_paths") === true;
    return { bare: document(await mounts.declared(), { generic, version: await version() }) };
  };

export function document(
  mounts: readonly DeclaredMount[],
  { generic, version }: { readonly generic: boolean; readonly version: string },
): Node {
  const paths: Record<string, Node> = {};
  for (const mount of mounts)
    for (const declaration of mount.paths) {
      const path = pathOf(mount, declaration, generic);
      paths[path] = { ...pathItem(mount, declaration, generic), ...paths[path] };
    }
  return {
    openapi: "3.0.2",
    info: {
      title: "Bulkhead API",
      description: "HTTP API compatible with HashiCorp Vault's. All paths are below /v1.",
      version,
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: { schemas: {} },
  };
}

const isGeneric = ({ info, builtin }: DeclaredMount, generic: boolean): boolean =>
  generic && !builtin && info.class !== "system";
const mountParameter = ({ info }: DeclaredMount): string => `${info.type.replaceAll("-", "_")}_mount_path`;

function pathOf(mount: DeclaredMount, { pattern }: PathDeclaration, generic: boolean): string {
  const base = isGeneric(mount, generic)
    ? `${mount.info.class === "auth" ? "auth/" : ""}{${mountParameter(mount)}}/`
    : mount.info.path;
  return `/${base}${pattern.replace(/\{(\w+)\*\}/g, "{$1}")}`;
}

function pathItem(mount: DeclaredMount, declaration: PathDeclaration, generic: boolean): Node {
  const { operations, summary, fields = {} } = declaration;
  const names = [...declaration.pattern.matchAll(/\{(\w+)\*?\}/g)].map(([, name = ""]) => name);
  const parameters: Node[] = names.map((name) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
    ...(fields[name] && { description: fields[name].description }),
  }));
  if (isGeneric(mount, generic))
    parameters.push({
      name: mountParameter(mount),
      in: "path",
      required: true,
      schema: { type: "string", default: mount.info.path.replace(/^auth\//, "").replace(/\/$/, "") },
    });
  const body = Object.entries(fields).filter(([name]) => !names.includes(name));
  const item: Node = {
    description: summary,
    ...(parameters.length > 0 && { parameters }),
    ...(declaration.unauthenticated === true && { "x-vault-unauthenticated": true }),
    ...(declaration.sudo === true && { "x-vault-sudo": true }),
    ...(operations.create !== undefined && { "x-vault-createSupported": true }),
  };
  for (const [operation] of Object.entries(operations) as [Operation, unknown][]) {
    const verb = VERBS[operation];
    if (verb === undefined) continue;
    item[verb] = merged(
      item[verb] as Node | undefined,
      operationItem({ mount, declaration, operation, body }),
    );
  }
  return item;
}

const isListing = (operation: Operation): boolean => operation === "list" || operation === "scan";

function operationItem({
  mount,
  declaration,
  operation,
  body,
}: {
  readonly mount: DeclaredMount;
  readonly declaration: PathDeclaration;
  readonly operation: Operation;
  readonly body: readonly (readonly [string, FieldDeclaration])[];
}): Node {
  const writes = operation === "create" || operation === "update" || operation === "patch";
  const kind = operation === "create" ? "write" : operation === "update" ? "write" : operation;
  return {
    operationId: `${mount.info.type}-${kind}-${declaration.pattern}`
      .replace(/[^A-Za-z0-9]+/g, "-")
      .replace(/-$/, "")
      .toLowerCase(),
    summary: declaration.summary,
    tags: [mount.info.class === "auth" ? "auth" : mount.info.class === "system" ? "system" : "secrets"],
    ...(isListing(operation) && {
      parameters: [{ name: operation, in: "query", schema: { type: "string", enum: ["true"] } }],
    }),
    ...(!writes &&
      !isListing(operation) &&
      body.length > 0 && {
        parameters: body.map(([name, field]) => ({
          name,
          in: "query",
          description: field.description,
          schema: SCHEMAS[field.type],
        })),
      }),
    ...(writes &&
      body.length > 0 && {
        requestBody: {
          required: body.some(([, field]) => field.required === true),
          content: {
            [operation === "patch" ? "application/merge-patch+json" : "application/json"]: {
              schema: schemaOf(body),
            },
          },
        },
      }),
    responses: { [operation === "delete" ? "204" : "200"]: { description: "OK" } },
  };
}

function schemaOf(body: readonly (readonly [string, FieldDeclaration])[]): Node {
  const required = body.filter(([, field]) => field.required === true).map(([name]) => name);
  return {
    type: "object",
    properties: Object.fromEntries(
      body.map(([name, field]) => [name, { ...SCHEMAS[field.type], description: field.description }]),
    ),
    ...(required.length > 0 && { required }),
  };
}

/** A path that reads and lists has one GET. */
function merged(first: Node | undefined, second: Node): Node {
  if (first === undefined) return second;
  const parameters = [...((first.parameters ?? []) as Node[]), ...((second.parameters ?? []) as Node[])];
  return { ...second, ...first, ...(parameters.length > 0 && { parameters }) };
}
