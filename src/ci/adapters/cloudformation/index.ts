/** CloudFormation and SAM templates, YAML with its short functions or JSON: roles' trust policies, and credentials as they are. */
import { onlyCredentials } from "../../literals.ts";
import type { Diagnostic, PolicyFile, SourceFile, Value } from "../../model.ts";
import { jsonIn } from "../../policy-text.ts";
import { span } from "../../spans.ts";
import { ValueTooLarge, field, valueOf } from "../../values.ts";
import { parseYaml } from "../../yaml/parse.ts";
import type { Adapter } from "../types.ts";
import { resolved, tagged } from "./functions.ts";

/** By the name alone: reading every JSON file of a repository would take longer than everything else. */
const PATH =
  /(?:^|\/)[^/]*(?:cloudformation|cfn|template|stack|sam|iam|role|trust|oidc)[^/]*\.(?:ya?ml|json)$|\.template$|(?:^|\/)(?:cloudformation|cfn|stacks?|infra\w*|iam|aws)\/(?:[^/]+\/)*[^/]+\.(?:ya?ml|json)$/i;
const MARK = /AWSTemplateFormatVersion|AWS::Serverless|\bAWS::\w+::\w+/;
const MAX_RESOURCES = 2000;

export const cloudformation: Adapter = {
  id: "cloudformation",
  title: "CloudFormation",
  system: null,
  owns: (path) => PATH.test(path),
  recognises: ({ text }) => MARK.test(text) && /\bResources\b/.test(text),
  read(files, { report }) {
    return { policies: files.flatMap((file) => readTemplate(file, report)) };
  },
};

function readTemplate(file: SourceFile, report: (diagnostic: Diagnostic) => void): PolicyFile[] {
  const { documents, problems } = parseYaml(file);
  for (const { id, message, start, end } of problems) report({ id, message, span: { file, start, end } });
  const [root] = documents;
  if (root?.kind !== "map") return [];
  let template: Value;
  try {
    template = valueOf(root, { special: tagged });
  } catch (error) {
    if (!(error instanceof ValueTooLarge)) throw error;
    report({ id: "too-large", message: error.message, span: span(file, root.start, root.start) });
    return [];
  }
  const value = resolved(template, 0);
  const resources = field(value, "Resources");
  const found: PolicyFile[] = [];
  for (const { key, value: resource } of resources?.kind === "map"
    ? resources.entries.slice(0, MAX_RESOURCES)
    : []) {
    const properties = field(resource, "Properties");
    const document = field(properties, "AssumeRolePolicyDocument");
    if (document === null) continue;
    const policy = document.kind === "text" ? jsonIn(document.text) : document;
    if (policy === null) continue;
    const name = field(properties, "RoleName");
    const named = name?.kind === "text" && !name.text.value.includes("${") ? name.text.value : key;
    found.push({ kind: "cloudformation", file, span: resource.span, value: policy, target: named });
  }
  const credentials = onlyCredentials(value);
  if (credentials !== null) found.push({ kind: "other", file, span: value.span, value: credentials });
  return found;
}
