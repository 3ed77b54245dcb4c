/**
 * Azure federated credentials: issuer, subject and audiences exactly; or, in the flexible form, an expression over claims
 * (`claims['sub'] matches 'repo:acme/*' and claims['job_workflow_ref'] eq '…'`), in which `*` and `?` are wildcards of `matches`.
 */
import type { Json } from "../../core/json-bytes.ts";
import { isFields } from "./fields.ts";
import { all, any, claimTest, unknown } from "./formula.ts";
import type { Formula, TrustPolicy } from "./types.ts";

/** Of the Graph API, `az`, Bicep (`properties`) and Terraform's names. Null for anything else. */
export function azurePolicy(value: Json, target: string | null = null, place = ""): TrustPolicy | null {
  if (!isFields(value)) return null;
  const fields = isFields(value.properties) ? value.properties : value;
  const expression = isFields(fields.claimsMatchingExpression)
    ? fields.claimsMatchingExpression.value
    : undefined;
  const { issuer, subject } = fields;
  if (typeof issuer !== "string" || (typeof subject !== "string" && typeof expression !== "string"))
    return null;
  const audiences = [fields.audiences ?? fields.audience ?? []].flat().map(String);
  const parts: Formula[] = [
    claimTest({ claim: "aud", operator: "equals", values: audiences, place: `${place}/audiences` }),
  ];
  if (typeof subject === "string" && subject !== "")
    parts.push(claimTest({ claim: "sub", operator: "equals", values: [subject], place: `${place}/subject` }));
  if (typeof expression === "string")
    parts.push(flexible(expression, `${place}/claimsMatchingExpression/value`));
  const name = typeof value.name === "string" ? value.name : null;
  return {
    system: "azure",
    target: target ?? name,
    statements: [{ effect: "allow", issuers: [issuer], formula: all(parts), place }],
    problems: [],
  };
}

const TERM =
  /^\s*claims\[\s*(?:'([^']+)'|"([^"]+)")\s*\]\s+(eq|matches)\s+(?:'((?:[^']|'')*)'|"([^"]*)")\s*/i;

/** `and` binds closer than `or`; brackets are none of the language. */
function flexible(expression: string, place: string): Formula {
  const alternatives: Formula[][] = [[]];
  let rest = expression;
  for (;;) {
    const match = TERM.exec(rest);
    if (match === null) return unknown(expression, place);
    const [whole, single, double, operator = "", quoted, text] = match;
    const value = quoted === undefined ? (text ?? "") : quoted.replaceAll("''", "'");
    alternatives.at(-1)?.push(
      claimTest({
        claim: single ?? double ?? "",
        operator: operator.toLowerCase() === "eq" ? "equals" : "like",
        values: [value],
        place,
      }),
    );
    rest = rest.slice(whole.length);
    if (rest === "") return any(alternatives.map(all));
    const joint = /^(and|or)\b/i.exec(rest)?.[1]?.toLowerCase();
    if (joint === undefined) return unknown(expression, place);
    if (joint === "or") alternatives.push([]);
    rest = rest.slice(joint.length);
  }
}
