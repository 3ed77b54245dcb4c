/** Settings that are useful without what is secret in them: each gives the text without it, and the same text where nothing is secret. */

export type Clean = (text: string) => string;

const USERINFO = /([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/"'@]{1,4096}@/gi;

/** Takes user and password out of every address. */
export const userinfo: Clean = (text) => text.replace(USERINFO, "$1");

const lines = (text: string, secret: RegExp): string =>
  text
    .split("\n")
    .filter((line) => !secret.test(line))
    .join("\n");

/** npm's and yarn's: lines that log in. */
export const npmConfig: Clean = (text) =>
  userinfo(
    lines(
      text,
      /(_auth\b|_authToken|_password|npmAuthToken|npmAuthIdent|\botp\b|:email\b|\bkey\s*=|certfile|keyfile)/i,
    ),
  );

/** git's: headers that log in, addresses with a password, programs that answer with one. */
export const gitConfig: Clean = (text) =>
  userinfo(
    lines(
      text,
      /^\s*(extraheader\b|helper\s*=|password\s*=|token\s*=|askpass\s*=|oauthtoken\s*=|sslkey\s*=)/i,
    ),
  );
