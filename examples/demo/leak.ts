/** The end of the leaked key: an incident is opened for it, the key is replaced at its vendor, and what was stolen opens nothing any more. */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../services/keys.ts";
import type { LeakFigures } from "./figures.ts";
import { count, type Page } from "./page.ts";
import { bulkhead, type Scene } from "./scene.ts";

interface Incident {
  readonly items: readonly { readonly id: string; readonly state: string; readonly note: string }[];
}

const RECORDS = "records";

export async function endLeak(scene: Scene, page: Page): Promise<LeakFigures> {
  const { workspace, services } = scene;
  page.heading("rotate", "the key in the notebook is out: whoever read it can use it until it is dead");
  const leaked = workspace.secrets.get("OPENAI_API_KEY") ?? "";
  const before = await statusOf(scene, leaked);
  page.say(`the model API answers the leaked key with ${before}`);
  declareMinter(scene);
  await bulkhead(scene, ["apply"]);
  const admin = ["secret", "put", "openai-admin", "--field"];
  await bulkhead(scene, [...admin, "value"], { input: services.admin });
  await bulkhead(scene, [...admin, "project_id"], { input: PROJECT });
  page.say("one line in bulkhead.yaml says which key makes its successors, and where");
  const started = await bulkhead(
    scene,
    ["incident", "start", "--secret", "openai", "--env", "dev", "--json"],
    {
      expect: [0, 4],
    },
  );
  const { items } = JSON.parse(started.stdout.slice(started.stdout.indexOf("\n{") + 1)) as Incident;
  const done = items.filter(({ state }) => state === "done");
  page.command(
    "bulkhead incident start --secret openai --env dev",
    (done[0]?.note ?? "nothing was done").replace(/^rotation \w+: /, ""),
  );
  const left = items.length - done.length;
  for (const { note } of done.slice(1)) page.say(`  ${note}`);
  const after = await statusOf(scene, leaked);
  const { code: exit } = await bulkhead(scene, ["run", "serve"], { expect: "any" });
  page.say(
    `the model API answers the leaked key with ${after}; serve ${exit === 0 ? "works on the new one" : "FAILS on the new one"}`,
  );
  await bulkhead(scene, ["incident", "record", "--output", RECORDS]);
  const record = readdirSync(join(workspace.project, RECORDS)).sort();
  page.command(
    `bulkhead incident record --output ${RECORDS}`,
    `${count(record.length, "file")}: the record, signed; ${count(left, "item")} left to people, and it is not closed before`,
  );
  return { before, after, exit, done: done.length, left, record };
}

function declareMinter({ workspace, services }: Scene): void {
  const path = join(workspace.project, "bulkhead.yaml");
  const rotate = `{ every: 90d, with: openai-admin, url: ${JSON.stringify(services.urls.openai)} }`;
  const declared = readFileSync(path, "utf8").replace(
    /^ {2}openai: \{ provider: openai \}$/m,
    `  openai: { provider: openai, rotate: ${rotate} }\n  openai-admin: { provider: openai, purpose: makes the key above }`,
  );
  writeFileSync(path, declared);
}

/** What the model API says to a key. */
async function statusOf({ services }: Scene, key: string): Promise<number> {
  const answer = await fetch(`${services.urls.openai}/models`, {
    headers: { authorization: `Bearer ${key}` },
  });
  await answer.arrayBuffer();
  return answer.status;
}
