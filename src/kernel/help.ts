/** `?help=1`: what a path, or a whole mount, takes. Made from the declarations. */
import type { Reply } from "./plugin.ts";
import type { Route } from "./router.ts";
import { BulkheadError } from "../core/errors.ts";

export function helpReply(route: Route, path: string): Reply {
  const { mounted, match } = route;
  if (mounted === null) throw new BulkheadError("request.no-handler", { path });
  if (match === null && route.path.replace(/\/+$/, "") !== "")
    throw new BulkheadError("request.unsupported-path");
  const lines: string[] = [];
  for (const declaration of match === null ? mounted.backend.paths : [match.declaration]) {
    const operations = Object.keys(declaration.operations).join(", ");
    lines.push(`${mounted.info.path}${declaration.pattern}  (${operations})`, `    ${declaration.summary}`);
    for (const [name, field] of Object.entries(declaration.fields ?? {}))
      lines.push(
        `      ${name} (${field.type}${field.required === true ? ", required" : ""}): ${field.description}`,
      );
  }
  return { bare: { help: lines.join("\n"), see_also: null, openapi: null } };
}
