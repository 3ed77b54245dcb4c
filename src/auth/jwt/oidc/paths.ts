/** The browser login's routes. */
import type { FieldDeclaration, MountContext, PathDeclaration } from "../../../kernel/plugin.ts";
import type { KeySource } from "../key-source.ts";
import { authUrl } from "./auth-url.ts";
import { callback } from "./callback.ts";
import { States } from "./states.ts";

const text = (description: string): FieldDeclaration => ({ type: "string", description });

export function oidcPaths(context: MountContext, keys: KeySource): PathDeclaration[] {
  const parts = { keys, states: new States(context.clock) };
  return [
    {
      pattern: "oidc/auth_url",
      summary: "Where a person's browser goes to log in",
      unauthenticated: true,
      fields: {
        role: { ...text("The role; the mount's default when left out"), plain: true },
        redirect_uri: { ...text("Where the provider sends the browser back to"), plain: true },
        client_nonce: text("Given again at the callback, so that nobody else can finish the login"),
      },
      operations: {
        create: (call) => authUrl(context, parts, call),
        update: (call) => authUrl(context, parts, call),
      },
    },
    {
      pattern: "oidc/callback",
      summary: "Gives a token for the provider's answer",
      unauthenticated: true,
      fields: {
        state: text("As the provider sent it"),
        code: text("As the provider sent it"),
        client_nonce: text("As at the beginning"),
        error: { ...text("The provider's refusal"), plain: true },
      },
      operations: { read: (call) => callback(context, parts, call) },
    },
  ];
}
