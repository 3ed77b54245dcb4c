/** Public rule files in which formats were seen; an entry cites the line where its vendor has no page that shows the form. */
export const betterleaks = (line: number): string =>
  `https://github.com/betterleaks/betterleaks/blob/b1aa878bc41b06583f6ce83bf0ffcc5e6ed8f4f3/config/betterleaks.toml#L${line}`;
export const gitleaks = (line: number): string =>
  `https://github.com/gitleaks/gitleaks/blob/v8.30.1/config/gitleaks.toml#L${line}`;
/** `path` begins with the commit. */
export const kingfisher = (path: string): string => `https://github.com/mongodb/kingfisher/blob/${path}`;
export const trufflehog = (path: string): string =>
  `https://github.com/trufflesecurity/trufflehog/blob/${path}`;
export const credsweeper = (line: number): string =>
  `https://github.com/Samsung/CredSweeper/blob/v1.19.5/credsweeper/rules/config.yaml#L${line}`;
