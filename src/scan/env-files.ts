/** Files that hold a developer's environment by habit. Examples and templates are meant to be shared. */
const ENV_FILE = /^(?:\.env|\.env\..+|.+\.env|\.envrc)$/i;
const TEMPLATE = /(?:^|[._-])(?:example|sample|template|tmpl|dist|defaults?)$/i;

export function isEnvFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return ENV_FILE.test(name) && !TEMPLATE.test(name.replace(/\.env$/i, ""));
}

/** Globs for git's history that cover what `isEnvFile` knows. */
export const ENV_GLOBS = ["**/.env", "**/.env.*", "**/*.env", "**/.envrc"];
