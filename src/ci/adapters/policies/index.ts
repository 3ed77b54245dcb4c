/**
 * Trust policies that stand in files of their own: AWS role trust, Azure federated credentials, Google providers, Vault roles as JSON or
 * YAML, and the declared publishers of npm and PyPI. What they mean, `trust/policies/` reads; here they get their places.
 */
import type { PolicyFile, SourceFile, Value } from "../../model.ts";
import { valueOf } from "../../yaml/value.ts";
import { parseYaml } from "../../yaml/parse.ts";
import type { Adapter } from "../types.ts";

export const PUBLISHERS = ".bulkhead/publishers.yaml";
const NAMED =
  /(?:^|\/)[^/]*(?:trust|polic|role|iam|oidc|federat|credential|identit|workload|wif|assume|vault|provider)[^/]*(?:\/[^/]+)?\.(?:json|ya?ml)$/i;
/** Pipelines are others' to read; samples of tests are nobody's policies. */
const ELSEWHERE = /^\.(?:github|forgejo|gitea|gitlab)\/|(?:^|\/)(?:fixtures|testdata)\//;
/** Cheap words without which none of them is one. */
const WORDS: readonly (readonly [PolicyFile["kind"], RegExp])[] = [
  ["aws-iam", /AssumeRoleWithWebIdentity|"?Federated"?\s*:/],
  ["google", /issuer_?uri"?\s*:/i],
  [
    "azure",
    /"?issuer"?\s*:[\s\S]*"?(?:subject|claimsMatchingExpression)"?\s*:|"?(?:subject|claimsMatchingExpression)"?\s*:[\s\S]*"?issuer"?\s*:/,
  ],
  ["vault", /"?(?:bound_claims|bound_audiences|bound_subject)"?\s*:/],
];

const kindOf = ({ path, text }: SourceFile): PolicyFile["kind"] | null =>
  path === PUBLISHERS ? "publisher" : (WORDS.find(([, words]) => words.test(text))?.[0] ?? null);

export const policyFiles: Adapter = {
  id: "trust-policies",
  title: "Trust policies",
  system: null,
  owns: (path) =>
    path === PUBLISHERS || (/\.(?:json|ya?ml)$/.test(path) && NAMED.test(path) && !ELSEWHERE.test(path)),
  // A CloudFormation template is its own adapter's.
  recognises: (file) =>
    kindOf(file) !== null && !/AWSTemplateFormatVersion|"?Type"?\s*:\s*"?AWS::/.test(file.text),
  read: (files, { report }) => ({
    policies: files.flatMap((file): PolicyFile[] => {
      const { documents, problems } = parseYaml(file);
      for (const { id, message, start, end } of problems) report({ id, message, span: { file, start, end } });
      return documents.flatMap((document) => {
        const value: Value | null = document === null ? null : valueOf(document);
        return value === null ? [] : [{ kind: kindOf(file) ?? "other", file, span: value.span, value }];
      });
    }),
  }),
};
