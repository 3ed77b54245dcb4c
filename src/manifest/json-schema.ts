/** JSON schema of the declaration for editors, made from the same shapes as the checks (`schema/bulkhead.schema.json`). */
import type { JsonObject } from "../core/ports/manifest-api.ts";
import { providerNames } from "../providers/lookup.ts";
import { manifestShape } from "./schema.ts";
import type { Shape, TextRule } from "./shape.ts";

export function jsonSchema(): JsonObject {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "bulkhead.yaml",
    description: "What each stage of a pipeline may use.",
    ...schemaOf(manifestShape),
  };
}

export function schemaOf(shape: Shape): JsonObject {
  switch (shape.kind) {
    case "text":
      return textSchema(shape.rule);
    case "flag":
      return { type: "boolean" };
    case "int":
      return { type: "integer", minimum: shape.min, maximum: shape.max };
    case "list":
      return { type: "array", items: schemaOf(shape.item), minItems: shape.min ?? 0 };
    case "record":
      return {
        type: "object",
        propertyNames: { ...textSchema(shape.key), type: "string" },
        additionalProperties: schemaOf(shape.value),
        minProperties: shape.min ?? 0,
      };
    case "object":
      return {
        type: shape.emptyIsFine === true ? ["object", "null"] : "object",
        properties: Object.fromEntries(
          Object.entries(shape.keys).map(([key, one]) => [
            key,
            { ...schemaOf(one.shape), description: one.description },
          ]),
        ),
        required: Object.entries(shape.keys).flatMap(([key, { required }]) =>
          required === true ? [key] : [],
        ),
        additionalProperties: false,
      };
    case "either":
      return {
        anyOf: [shape.scalar, shape.list, shape.map].filter((one) => one !== undefined).map(schemaOf),
      };
  }
}

function textSchema(rule: TextRule): JsonObject {
  const words = rule.code === "manifest.unknown-provider" ? providerNames() : rule.words?.();
  return {
    type: rule.scalars === true ? ["string", "number", "boolean"] : "string",
    ...(rule.pattern === undefined ? {} : { pattern: rule.pattern }),
    ...(words === undefined ? {} : { enum: [...words].sort() }),
  };
}
