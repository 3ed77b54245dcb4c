/** A Kubernetes cluster's service-account tokens. https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/ */
import { parseSubject, type SubjectForm } from "../subject.ts";
import { whole } from "../readings.ts";
import type { Issuer } from "../types.ts";

const form: SubjectForm = {
  prefix: "system:",
  separator: ":",
  keys: { serviceaccount: "/kubernetes.io/namespace" },
};
const CLUSTERS = [
  /^https:\/\/kubernetes\.default\.svc(?:\.[a-z0-9.-]+)?$/,
  /^https:\/\/oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/id\/[0-9A-F]+$/i,
  /^https:\/\/container\.googleapis\.com\/v1\/projects\/[^/\s]+\/locations\/[^/\s]+\/clusters\/[^/\s]+$/,
  /^https:\/\/[a-z0-9-]+\.oic\.prod-aks\.azure\.com\/.+$/,
];

export const kubernetes: Issuer = {
  id: "kubernetes",
  title: "Kubernetes",
  issuer: null,
  recognizes: (issuer) => CLUSTERS.some((one) => one.test(issuer)),
  claims: {
    "/kubernetes.io/namespace": whole("the namespace", "repository"),
    "/kubernetes.io/serviceaccount/name": whole("the service account", "workflow"),
    "/kubernetes.io/serviceaccount/uid": whole("the service account", "workflow", "repository"),
  },
  subject: (pattern) => {
    const { fixed, text, open } = pattern;
    const [system, kind, namespace, ...names] = fixed.split(":");
    if (!open && (system !== "system" || kind !== "serviceaccount" || names.length !== 1)) return null;
    if (namespace === undefined || names.length === 0) return parseSubject(form, { ...pattern, open: true });
    const name = names.join(":");
    return [
      { claim: "/kubernetes.io/namespace", pattern: { text: namespace, fixed: namespace, open: false } },
      {
        claim: "/kubernetes.io/serviceaccount/name",
        pattern: { text: text.split(":").slice(3).join(":"), fixed: name, open },
      },
    ];
  },
  buildSubject: ({ namespace, account }) =>
    namespace === undefined || account === undefined ? null : `system:serviceaccount:${namespace}:${account}`,
  needs: [
    {
      dimension: "repository",
      kind: "repository",
      claim: "/kubernetes.io/namespace",
      example: "NAMESPACE",
      word: "namespace",
      without: "a service account of that name in any namespace gets in",
    },
    {
      dimension: "workflow",
      kind: "workflow",
      claim: "/kubernetes.io/serviceaccount/name",
      example: "SERVICE-ACCOUNT",
      word: "service-account",
      without: "any service account of the namespace gets in, the default one of every pod too",
    },
  ],
  audience: "what the projected token asks for",
  userClaim: "sub",
  required: ["sub"],
  facts: {
    repository: "/kubernetes.io/namespace",
    workflow: "/kubernetes.io/serviceaccount/name",
    job: "/kubernetes.io/pod/name",
    run: "/kubernetes.io/pod/uid",
    actor: "sub",
  },
  words: {
    namespace: "/kubernetes.io/namespace",
    "service-account": "/kubernetes.io/serviceaccount/name",
  },
};
