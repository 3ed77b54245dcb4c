/** Other people's clients with tokens that others sign: hvac, and the `bao` CLI's browser login beside our own against a real provider. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { ApiClient } from "../../src/client/index.ts";
import { httpTransport } from "../../src/client/http.ts";
import { browserLogin } from "../../src/cli/browser-login.ts";
import { BIN } from "../cli/support.ts";
import { baoPath } from "../support/bao.ts";
import { startCluster } from "../support/cluster.ts";
import { startIssuer } from "../support/issuer.ts";
import { CLIENT, logInAs, startProvider } from "../support/oidc-provider.ts";
import { freePort } from "../support/port.ts";
import { NO_PIP } from "../support/python.ts";
import { hvacPackages, runHvac } from "../support/programs.ts";
import { type TestServer, startTestServer } from "../support/server.ts";

test("hvac configures, makes roles and logs in with jwt, oidc and kubernetes", async (t) => {
  const packages = await hvacPackages(t);
  if (packages === null) return;
  const [server, issuer, cluster] = [await startTestServer(), await startIssuer(), await startCluster()];
  t.after(async () => {
    await server.stop();
    await issuer.close();
    await cluster.close();
  });
  const now = Math.floor(Date.now() / 1_000);
  const env = {
    ISSUER: issuer.address,
    CLUSTER: cluster.address,
    JOB_TOKEN: await issuer.sign({ sub: "train", aud: "12345", team: "ml", iat: now, exp: now + 600 }),
    POD_TOKEN: await cluster.token(),
  };
  await runHvac("hvac_trust.py", { packages, server, env, checks: 19 });
});

async function withPeople(t: TestContext): Promise<TestServer> {
  const server = await startTestServer();
  const provider = await startProvider(["http://localhost:8250/oidc/callback"]);
  t.after(async () => {
    await server.stop();
    await provider.close();
  });
  await server.api.write("sys/auth/oidc", { type: "oidc" });
  await server.api.write("auth/oidc/config", {
    oidc_discovery_url: provider.issuer,
    oidc_client_id: CLIENT.id,
    oidc_client_secret: CLIENT.secret,
  });
  await server.api.write("auth/oidc/role/people", {
    user_claim: "sub",
    allowed_redirect_uris: ["http://localhost:8250/oidc/callback"],
    oidc_scopes: ["profile"],
    bound_claims: { team: "ml" },
    token_policies: ["default"],
  });
  return server;
}

/** The address that the program shows, once it does. */
function shownAddress(child: ChildProcess, said: { text: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (chunk: Buffer): void => {
      said.text += chunk.toString("utf8");
      const found = /(http:\/\/127\.0\.0\.1:\d+\/auth\?\S+)/.exec(said.text)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on("data", look);
    child.stderr?.on("data", look);
    child.once("exit", (code) => reject(new Error(`ended with ${code}: ${said.text}`)));
  });
}

/** Runs a browser login to its end; gives the exit code and all it said. */
async function logsIn(child: ChildProcess, person: string): Promise<{ code: number | null; text: string }> {
  const said = { text: "" };
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const back = await logInAs(person, await shownAddress(child, said));
  // `bao` may end before the whole of its page is sent
  await (await fetch(back)).text().catch(() => "");
  return { code: await ended, text: said.text };
}

test("bulkhead login --method oidc keeps the token of the person who came back", async (t) => {
  const server = await withPeople(t);
  const home = mkdtempSync(join(tmpdir(), "bulkhead-oidc-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const start = async (): Promise<ChildProcess> =>
    spawn(
      process.execPath,
      [BIN, "login", "--method", "oidc", "--role", "people", "--callback-port", String(await freePort())],
      {
        cwd: home,
        env: {
          PATH: process.env.PATH ?? "",
          HOME: home,
          BULKHEAD_HOME: join(home, "b"),
          BULKHEAD_ADDR: server.address,
        },
      },
    );
  const done = await logsIn(await start(), "ada");
  assert.equal(done.code, 0, done.text);
  assert.match(done.text, /logged in at .* as role people/);
  const kept = JSON.parse(readFileSync(join(home, "b", "login.json"), "utf8")) as Record<
    string,
    { token: string }
  >;
  const [entry] = Object.values(kept);
  const self = await fetch(`${server.address}/v1/auth/token/lookup-self`, {
    headers: { "x-vault-token": entry?.token ?? "" },
  });
  assert.equal(((await self.json()) as { data: { display_name: string } }).data.display_name, "oidc-ada");
  const stranger = await logsIn(await start(), "eve");
  assert.equal(stranger.code, 1, stranger.text);
  assert.match(stranger.text, /login refused/);
});

test("another page's guess does not end the wait for the person", async (t) => {
  const server = await withPeople(t);
  const { send, close } = httpTransport({ address: server.address });
  t.after(close);
  const client = new ApiClient({ transport: send });
  const made = await browserLogin(client, {
    mount: "oidc",
    role: "people",
    port: 0,
    show: (url) => {
      (async () => {
        const redirect = new URL(new URL(url).searchParams.get("redirect_uri") ?? "");
        for (const guess of ["?code=x", "?state=x&code=y", "?state=&code=y&error=z"])
          assert.equal((await fetch(redirect.href + guess)).status, 404);
        await fetch(await logInAs("ada", url));
      })().catch((error: unknown) => t.diagnostic(String(error)));
    },
  });
  assert.equal(made.metadata.role, "people");
});

test("bao login -method=oidc does the same", async (t) => {
  const bao = await baoPath();
  if (bao === null) return t.skip(NO_PIP);
  const server = await withPeople(t);
  const home = mkdtempSync(join(tmpdir(), "bulkhead-bao-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const port = await freePort();
  const child = spawn(
    bao,
    ["login", "-method=oidc", "-no-store", "role=people", "skip_browser=true", `port=${port}`],
    {
      cwd: home,
      env: { PATH: process.env.PATH ?? "", HOME: home, BAO_ADDR: server.address, VAULT_ADDR: server.address },
    },
  );
  const done = await logsIn(child, "ada");
  assert.equal(done.code, 0, done.text);
  assert.match(done.text, /token_meta_role\s+people/);
});
