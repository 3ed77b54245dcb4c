/**
 * What a push that a server makes by itself sees of its process: addresses and identities that are variables, or that the platform
 * serves. Names of files, profiles and programs are left out: no declaration shall reach what lies on the server's machine.
 */
type Env = Readonly<Record<string, string | undefined>>;

export const SERVER_VARIABLES: readonly string[] = [
  ...["GITHUB_API_URL", "CI_API_V4_URL"],
  ...["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"],
  ...["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL_SSM"],
  ...["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"],
  ...["AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_EC2_METADATA_DISABLED", "AWS_EC2_METADATA_SERVICE_ENDPOINT"],
  ...["CLOUDSDK_AUTH_ACCESS_TOKEN", "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER"],
  ...["NO_GCE_CHECK", "GCE_METADATA_HOST"],
  ...["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_AUTHORITY_HOST"],
  ...["IDENTITY_ENDPOINT", "IDENTITY_HEADER", "AZURE_POD_IDENTITY_AUTHORITY_HOST"],
];

/** A folder in which there is nothing: without a home and a path the system's own would be taken. */
const NOWHERE = "/nonexistent";

export function serverVariables(env: Env): Env {
  const kept = SERVER_VARIABLES.flatMap((name) =>
    env[name] === undefined ? [] : [[name, env[name]] as const],
  );
  return { ...Object.fromEntries(kept), HOME: NOWHERE, PATH: NOWHERE };
}
