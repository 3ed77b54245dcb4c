import { STRICT_BORDER } from "./format.ts";
import { named } from "./layout.ts";
import type { Provider } from "./types.ts";

export const kubernetes: Provider = {
  id: "kubernetes",
  title: "Kubernetes",
  kind: "cloud",
  website: "https://kubernetes.io",
  docs: "https://kubernetes.io/docs/reference/access-authn-authz/authentication/",
  aliases: ["k8s"],
  credentials: [
    {
      id: "kubernetes-bootstrap-token",
      title: "Kubernetes bootstrap token",
      severity: "critical",
      part: "bootstrap_token",
      actsFor: "machine",
      cite: "https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens",
      ...named(["kubeadm_token", "kubeadm_join_token", "bootstrap_token"], "{lower 6}.{lower 16}"),
    },
    {
      id: "kubernetes-join-token",
      title: "Kubernetes bootstrap token of a join command",
      severity: "critical",
      part: "bootstrap_token",
      actsFor: "machine",
      cite: "https://kubernetes.io/docs/reference/setup-tools/kubeadm/generated/kubeadm_token",
      formats: [
        {
          pattern: "kubeadm join [^\\n]{1,120}?--token[ =]([a-z0-9]{6}\\.[a-z0-9]{16})(?![A-Za-z0-9.])",
          literals: ["kubeadm join "],
          maxLength: 170,
          before: 0,
        },
      ],
      hits: [
        [
          "kubeadm join 10.0.0.1:6443 --token ",
          { random: "lower", length: 6 },
          ".",
          { random: "lower", length: 16 },
        ],
      ],
      misses: [["kubeadm join 10.0.0.1:6443 --token ", { random: "lower", length: 6 }]],
    },
    {
      id: "kubernetes-service-account-token",
      title: "Kubernetes service-account token",
      severity: "critical",
      kind: "service-account",
      actsFor: "machine",
      cite: "https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/",
      formats: [
        {
          pattern: `${STRICT_BORDER}eyJhbGciOi[A-Za-z0-9_-]{10,200}\\.eyJ[A-Za-z0-9_-]{40,2000}\\.[A-Za-z0-9_-]{40,700}(?![A-Za-z0-9_-])`,
          literals: ["eyJhbGciOi"],
          maxLength: 2930,
          before: 0,
          check: "jwt-kubernetes",
        },
      ],
      hits: [
        [
          {
            jwt: {
              iss: "kubernetes/serviceaccount",
              "kubernetes.io/serviceaccount/namespace": "training",
              sub: "system:serviceaccount:training:trainer",
            },
          },
        ],
      ],
      misses: [[{ random: "base64url", length: 30 }, ".", { random: "base64url", length: 80 }]],
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "bootstrap_token", secret: true },
  ],
  variables: { KUBE_TOKEN: "value", KUBERNETES_TOKEN: "value", K8S_TOKEN: "value" },
  hosts: [],
  packages: { python: ["kubernetes", "kubernetes_asyncio"], npm: ["@kubernetes/client-node"] },
  rotate: {
    by: "api",
    page: "https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_token/",
  },
  ciActions: ["azure/k8s-set-context"],
};
