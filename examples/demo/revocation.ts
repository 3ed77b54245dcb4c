/**
 * A stage once more, over HTTP and with somebody listening on the way: its token is kept as it passes, tried on every secret of
 * the project while the job runs (the goodbye is held back until that is done), and tried again when the job has ended.
 */
import { httpTransport } from "../../src/client/http.ts";
import { ApiClient } from "../../src/client/index.ts";
import { Secret } from "../../src/core/secret.ts";
import { countStolen } from "../services/index.ts";
import type { TokenFigures, Trial } from "./figures.ts";
import { bulkhead, DemoError, observe, type Scene } from "./scene.ts";
import { startServer } from "./server.ts";
import { startTap } from "./tap.ts";
import type { Stage } from "./workspace.ts";

const FOLDER = "fraud-detector/dev";
const GOODBYE = "/v1/auth/token/revoke-self";

export async function tryToken(scene: Scene, stage: Stage): Promise<TokenFigures> {
  const server = await startServer(scene.workspace);
  const wire = httpTransport({ address: server.address });
  const nobody = new ApiClient({ transport: wire.send });
  try {
    const made = await bulkhead(scene, ["token", "create", "--orphan", "--ttl", "10m", "--name", "you"]);
    const yours = made.stdout.trim();
    const you = nobody.with(Secret.copy(yours));
    const names = await you.list(`secret/metadata/${FOLDER}`);
    const tryAll = async (token: string): Promise<Trial> =>
      await trial(nobody.with(Secret.copy(token)), names);
    let kept = "";
    let during: Trial = { read: [], refused: [] };
    const tap = await startTap(server.address, async ({ path, token }) => {
      if (path !== GOODBYE || token === yours) return;
      kept = token;
      during = await tryAll(token);
    });
    const env = { BULKHEAD_ADDR: tap.address, BULKHEAD_TOKEN: yours };
    const { reported, failure } = await observe(scene, stage, () =>
      bulkhead(scene, ["run", stage], { env, expect: "any" }),
    ).finally(tap.stop);
    if (kept === "") throw new DemoError(`the stage's token did not pass by: ${failure}`);
    const tokens = new Map([
      ["your token", yours],
      ["the stage's token", kept],
    ]);
    const taken = countStolen(scene.services.sink.bytes(), tokens);
    const after = await tryAll(kept);
    return { stage, during, after, taken, reported, alive: await aliveTokens(you) };
  } finally {
    wire.close();
    await server.stop();
  }
}

/** What the token reads and what is refused to it; anything but 200 and 403 throws. */
async function trial(client: ApiClient, names: readonly string[]): Promise<Trial> {
  const read: string[] = [];
  const refused: string[] = [];
  for (const name of names) {
    const { status, body } = await client.call("GET", `secret/data/${FOLDER}/${name}`, undefined, {
      allow: [403],
    });
    for (const { bytes } of body.values()) bytes.fill(0);
    (status === 403 ? refused : read).push(name);
  }
  return { read, refused };
}

/** Tokens that carry a run's mark. */
async function aliveTokens(client: ApiClient): Promise<number> {
  let alive = 0;
  for (const accessor of await client.list("auth/token/accessors")) {
    const found = await client.call(
      "POST",
      "auth/token/lookup-accessor",
      { accessor },
      { allow: [403, 404] },
    );
    const data = found.body.get("data")?.bytes.toString("utf8") ?? "{}";
    const { meta } = JSON.parse(data) as { meta?: { run?: string } | null };
    if (meta?.run !== undefined) alive++;
  }
  return alive;
}
