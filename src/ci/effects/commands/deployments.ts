/** Deployments, migrations, remote shells. */
import type { CommandRow } from "../types.ts";
import { DRY, GOOGLE, KUBE, context, last, row } from "./row.ts";

export const deployments: readonly CommandRow[] = [
  row(
    "kubectl apply|create|set|patch|delete|replace|scale|edit|annotate|label|drain|cordon|expose|run",
    "deploy",
    "kubernetes",
    {
      variables: KUBE,
      unless: ["--dry-run=client", "--dry-run=server"],
      options: ["--token"],
      target: context,
    },
  ),
  row("kubectl rollout restart|undo", "deploy", "kubernetes", { variables: KUBE, target: context }),
  row("kubectl exec|cp|port-forward", "deploy", "kubernetes", { variables: KUBE, target: context }),
  row("kubectl", "read", "kubernetes", { variables: KUBE }),
  row("oc apply|rollout|new-app|start-build|create|delete", "deploy", "openshift", {
    variables: ["OPENSHIFT_TOKEN"],
  }),
  row("oc login", "read", "openshift", { options: ["--token", "-p"], login: true }),
  row("helm upgrade|install|uninstall|rollback", "deploy", "kubernetes", {
    variables: KUBE,
    unless: DRY,
    target: context,
  }),
  row("helmfile apply|sync|destroy", "deploy", "kubernetes", { variables: KUBE }),
  row("kustomize build", "read", "kubernetes"),
  row("argocd app sync|set|create|delete", "deploy", "kubernetes", {
    variables: ["ARGOCD_AUTH_TOKEN"],
    options: ["--auth-token"],
  }),
  row("flux reconcile", "deploy", "kubernetes", { variables: KUBE }),
  row("ansible-playbook", "change-infrastructure", "ssh", {
    variables: ["ANSIBLE_VAULT_PASSWORD"],
    unless: ["--check", "--syntax-check"],
  }),
  row("wrangler deploy|publish|pages|rollback|secret", "deploy", "cloudflare", {
    variables: ["CLOUDFLARE_API_TOKEN", "CF_API_TOKEN"],
  }),
  row("vercel", "deploy", "vercel", { variables: ["VERCEL_TOKEN"], options: ["--token", "-t"] }),
  row("netlify deploy", "deploy", "netlify", { variables: ["NETLIFY_AUTH_TOKEN"], options: ["--auth"] }),
  row("flyctl deploy", "deploy", "flyio", { variables: ["FLY_API_TOKEN"] }),
  row("fly deploy", "deploy", "flyio", { variables: ["FLY_API_TOKEN"] }),
  row("firebase deploy", "deploy", "google", {
    variables: ["FIREBASE_TOKEN", ...GOOGLE],
    options: ["--token"],
  }),
  row("heroku container:release|container:push", "deploy", "heroku", { variables: ["HEROKU_API_KEY"] }),
  row("railway up|deploy", "deploy", "railway", { variables: ["RAILWAY_TOKEN"] }),
  row("modal deploy", "deploy", "modal", { variables: ["MODAL_TOKEN_ID", "MODAL_TOKEN_SECRET"] }),
  row("databricks bundle deploy|run", "deploy", "databricks", {
    variables: ["DATABRICKS_TOKEN", "DATABRICKS_CLIENT_SECRET"],
    oidc: true,
  }),
  row("dbt run|build|seed|snapshot", "deploy", "database", {
    variables: ["DBT_ENV_SECRET_PASSWORD", "SNOWFLAKE_PASSWORD"],
  }),
  row("alembic upgrade|downgrade", "deploy", "database", { variables: ["DATABASE_URL"] }),
  row("prisma migrate deploy", "deploy", "database", { variables: ["DATABASE_URL"] }),
  row("flyway migrate", "deploy", "database", { variables: ["FLYWAY_PASSWORD"], options: ["-password"] }),
  row("liquibase update", "deploy", "database", {
    variables: ["LIQUIBASE_COMMAND_PASSWORD"],
    options: ["--password"],
  }),
  row("atlas migrate apply", "deploy", "database", { variables: ["DATABASE_URL"] }),
  row("psql", "deploy", "database", { variables: ["PGPASSWORD", "DATABASE_URL"] }),
  row("mysql", "deploy", "database", { variables: ["MYSQL_PWD"] }),
  row("ssh", "deploy", "ssh", {
    variables: ["SSH_PRIVATE_KEY", "SSHPASS"],
    target: (command) => command.plain[0] ?? null,
  }),
  row("scp", "deploy", "ssh", { variables: ["SSH_PRIVATE_KEY", "SSHPASS"], target: last }),
  row("rsync", "deploy", "ssh", { needs: ["-e", "--rsh"], target: last }),
  row("sshpass", "deploy", "ssh", { variables: ["SSHPASS"], options: ["-p"] }),
];
