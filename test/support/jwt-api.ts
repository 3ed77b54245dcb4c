/** A kernel with a `jwt` mount whose issuer is on loopback, and what the operator's log was told. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { jwt, oidc } from "../../src/auth/jwt/index.ts";
import { kubernetes } from "../../src/auth/kubernetes/index.ts";
import { kv } from "../../src/engines/kv/index.ts";
import { type TestIssuer, startIssuer } from "./issuer.ts";
import { type Answer, type PluginApi, pluginApi } from "./plugin-api.ts";

export interface Said {
  readonly event: string;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

export interface JwtApi extends PluginApi {
  readonly issuer: TestIssuer;
  readonly said: Said[];
  /** Seconds since the epoch by the kernel's clock. */
  now(): number;
  /** iat, nbf and exp of now, and an audience. */
  times(): Record<string, number>;
  config(body?: object): Promise<void>;
  role(name: string, body: object): Promise<void>;
  login(jwt: string, role?: string, remote?: string): Promise<Answer>;
  /** Asserts that the login is refused, alike to all, and gives what the operator's log says. */
  refused(jwt: string, role?: string): Promise<Said["fields"]>;
}

export async function jwtApi(context: TestContext): Promise<JwtApi> {
  const issuer = await startIssuer();
  context.after(() => issuer.close());
  const said: Said[] = [];
  const api = await pluginApi(context, {
    engines: [kv],
    authMethods: [jwt, oidc, kubernetes],
    operatorLog: { warn: (event, fields) => said.push({ event, fields }) },
  });
  await api.kernel.services.mounts.mount("auth", "jwt/", { type: "jwt" });
  const now = (): number => Math.floor(api.clock.now() / 1_000);
  const login: JwtApi["login"] = (token, role = "r", remote = "127.0.0.1") =>
    api.call("POST", "auth/jwt/login", { role, jwt: token }, { token: "", remote });
  const ok = (answer: Answer): void => assert.ok(answer.status < 300, answer.text);
  return {
    ...api,
    issuer,
    said,
    now,
    times: () => ({ iat: now(), nbf: now(), exp: now() + 300 }),
    config: async (body = { jwks_url: `${issuer.address}/jwks` }) =>
      ok(await api.call("POST", "auth/jwt/config", body)),
    role: async (name, body) => ok(await api.call("POST", `auth/jwt/role/${name}`, body)),
    login,
    refused: async (token, role = "r") => {
      const before = said.length;
      const answer = await login(token, role);
      assert.equal(answer.status, 400, answer.text);
      assert.match(answer.errors.join(), /^login refused \([0-9a-f-]{36}\)$/);
      const [entry] = said.slice(before);
      assert.equal(said.length, before + 1, "one line for the operator");
      assert.ok(answer.errors[0]?.includes(String(entry?.fields.request)), "under the same id");
      assert.equal(entry?.fields.role, role);
      if (token.length > 20)
        assert.ok(!JSON.stringify(entry).includes(token.split(".")[2] || "\0"), "never the token");
      return entry?.fields ?? {};
    },
  };
}
