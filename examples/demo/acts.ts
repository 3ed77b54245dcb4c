/** The acts of the demonstration, in order; each does its part, tells it on the page and gives its figures. */
import { globSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { differences, replay } from "../attack/replay.ts";
import { tableOf } from "../attack/table.ts";
import { countStolen } from "../services/index.ts";
import { readAudit } from "./audit.ts";
import {
  type Figures,
  foreign,
  type FoundKey,
  type KeyFile,
  type StageFigures,
  type TokenFigures,
} from "./figures.ts";
import { count, type Page } from "./page.ts";
import { tryToken } from "./revocation.ts";
import { bulkhead, observe, type Scene } from "./scene.ts";
import { runStageToday } from "./today.ts";
import { STAGE_KEYS, STAGES, type Stage } from "./workspace.ts";

export async function today(scene: Scene, page: Page): Promise<StageFigures[]> {
  const { workspace, signal } = scene;
  const { size } = workspace.secrets;
  page.heading("today", `one .env with ${size} keys; every stage is started with all of them`);
  page.say(
    "One package of the project is hostile: imported, it sends every key it can read to a sink on this machine.",
  );
  const figures: StageFigures[] = [];
  for (const stage of STAGES) {
    const { output, failure, ...one } = await observe(scene, stage, () =>
      runStageToday(workspace, stage, signal),
    );
    figures.push(one);
    page.stage(one, `the import took ${one.taken.length} of ${size} keys, and ${homeText(scene, one)}`);
    if (failure !== "") page.say(withoutKeys(firstLine(failure), scene.workspace.secrets));
    if (one.logged.length > 0)
      page.say(`its log shows ${one.logged.join(", ")}: ${leakLines(scene, output)}`);
  }
  return figures;
}

export async function check(scene: Scene, page: Page): Promise<Figures["check"]> {
  page.heading("check", "what stands open here, before anything is set up");
  const { stdout } = await bulkhead(scene, ["check", "--json"], { expect: [0, 3, 4] });
  const found = JSON.parse(stdout) as { leaks: unknown[]; home: unknown[]; workflows: unknown[] };
  const figures = {
    keysInFiles: found.leaks.length,
    homeFiles: found.home.length,
    inWorkflows: found.workflows.length,
  };
  page.command(
    "bulkhead check",
    `${count(figures.keysInFiles, "key")} in files, ${count(figures.homeFiles, "credential file")} in the home folder, ` +
      `${count(figures.inWorkflows, "secret")} named by workflows`,
  );
  return figures;
}

/** Declares, imports and applies: `.env` holds no key any more. */
export async function moveIn(scene: Scene, page: Page): Promise<Figures["imported"]> {
  const { workspace } = scene;
  page.heading("move in", "three commands");
  const init = await bulkhead(scene, ["init"]);
  page.command("bulkhead init", firstLine(init.stderr).replace(/\. Read it.*$/, ""));
  await answerPlan(scene, page);
  const imported = await bulkhead(scene, ["secret", "import", ".env", "--remove", "--json"]);
  const { stored } = JSON.parse(imported.stdout) as {
    stored: { variables: string[]; version: number | null }[];
  };
  const names = stored.filter(({ version }) => version !== null).flatMap(({ variables }) => variables);
  const keys = names.filter((name) => workspace.secrets.has(name)).length;
  const env = globSync(".env", { cwd: workspace.project }).map((name) =>
    readFileSync(join(workspace.project, name)),
  );
  const leftInEnv = countStolen(Buffer.concat(env), workspace.secrets);
  const left = leftInEnv.length === 0 ? "none is left in .env" : `${leftInEnv.join(", ")} left in .env`;
  page.command(
    "bulkhead secret import .env --remove",
    `${keys} of ${workspace.secrets.size} keys are in the store, encrypted; ${left}`,
  );
  const applied = await bulkhead(scene, ["apply", "--json"]);
  const { stages, environments } = JSON.parse(applied.stdout) as { stages: number; environments: number };
  page.command(
    "bulkhead apply",
    `a role and a policy for each of ${stages} stages in ${environments} environments`,
  );
  return { stored: keys, leftInEnv };
}

const REASONS: Readonly<Record<string, string>> = {
  huggingface: "train and evaluate read the same base model",
  wandb: "train and evaluate log to the same run",
};

/** What `plan` wants to know before it agrees, answered in the file as its owner would. */
async function answerPlan(scene: Scene, page: Page): Promise<void> {
  const { stdout } = await bulkhead(scene, ["plan", "--json"]);
  const { findings } = JSON.parse(stdout) as { findings: { level: string; code: string; message: string }[] };
  const asked = findings.filter(({ level, code }) => level === "refused" && code === "shared");
  if (asked.length === 0) return;
  const path = join(scene.workspace.project, "bulkhead.yaml");
  const answered = readFileSync(path, "utf8").replace(
    /^ {2}(\w+): \{ (provider: [\w-]+) \}$/gm,
    (line, name: string, rest: string) => {
      const reason = REASONS[name];
      return reason === undefined ? line : `  ${name}: { ${rest}, shared: ${reason} }`;
    },
  );
  writeFileSync(path, answered);
  page.command(
    "bulkhead plan",
    `asks why ${asked.map(({ message }) => message.split(" ")[0]).join(" and ")} serve two stages; the reason goes into the file`,
  );
}

export async function underBulkhead(scene: Scene, page: Page): Promise<StageFigures[]> {
  const { size } = scene.workspace.secrets;
  page.heading(
    "run",
    "the same pipeline, each stage under `bulkhead run STAGE`; the hostile package is still in it",
  );
  const figures: StageFigures[] = [];
  for (const stage of STAGES) {
    const { output, failure, ...one } = await observe(scene, stage, () =>
      bulkhead(scene, ["run", stage], { expect: "any" }),
    );
    figures.push(one);
    const others = foreign(one);
    const own = one.taken.length - others.length;
    const whose = `${own} of ${size} keys, the stage's own (${STAGE_KEYS[stage].join(", ")})`;
    const more = others.length === 0 ? "" : ` AND ${others.join(", ")}`;
    page.stage(one, `the import took ${whose}${more}, and ${homeText(scene, one)}`);
    if (failure !== "") page.say(withoutKeys(firstLine(failure), scene.workspace.secrets));
    if (stage === "serve")
      page.say(
        `its log shows ${one.logged.length === 0 ? "no key" : one.logged.join(", ")}: ${leakLines(scene, output)}`,
      );
  }
  return figures;
}

export async function afterwards(scene: Scene, page: Page, stage: Stage): Promise<TokenFigures> {
  page.heading("revoke", `${stage} once more, now over HTTP with somebody on the wire who keeps its token`);
  const figures = await tryToken(scene, stage);
  const { during, after } = figures;
  const all = during.read.length + during.refused.length;
  page.say(
    `while the job ran, the token read ${during.read.length} of ${count(all, "secret")} (${during.read.join(", ")}); the others were refused`,
  );
  page.say(
    after.read.length === 0
      ? `after the job, the same token is refused on all ${after.refused.length}: it was revoked when the job ended`
      : `after the job, the same token STILL reads ${after.read.join(", ")}`,
  );
  return figures;
}

export async function scan(scene: Scene, page: Page): Promise<FoundKey[]> {
  page.heading("scan", "the key that somebody printed in a notebook");
  const { stdout } = await bulkhead(scene, ["scan", ".", "--format", "json"], { expect: [0, 3, 4] });
  const { secrets } = JSON.parse(stdout) as {
    secrets: {
      title: string;
      stored: { secret: string; environment: string } | null;
      places: { path: string; within: string | null }[];
    }[];
  };
  const found = secrets.flatMap(({ title, stored, places }) =>
    places.map(({ path, within }) => ({
      path,
      within: within ?? "",
      title,
      stored: stored === null ? null : `${stored.secret} (${stored.environment})`,
    })),
  );
  for (const { path, within, title, stored } of found) {
    const which = stored === null ? "not one of the stored secrets" : `it is the stored secret ${stored}`;
    page.command("bulkhead scan .", `${title} in ${path}, ${within}: ${which}`);
  }
  if (found.length === 0) page.say("nothing was found");
  return found;
}

export async function audit(scene: Scene, page: Page): Promise<Figures["audit"]> {
  page.heading("audit", "who used what, from the log");
  const figures = await readAudit(scene);
  for (const { stage, reads, refused, isolation, masks } of figures.runs)
    page.say(
      [
        `${stage.padEnd(9)} read ${counted(reads)}`,
        ...(refused > 0 ? [`${refused} other requests refused`] : []),
        ...(masks > 0 ? [`${count(masks, "value")} masked in its log`] : []),
        `isolation: ${isolation}`,
      ].join("; "),
    );
  page.say(`${figures.issued} tokens issued to stages, ${figures.revoked} revoked when their job ended`);
  page.command(
    "bulkhead audit verify",
    `${figures.entries} entries, ${figures.verified ? "the chain is whole" : "THE CHAIN IS BROKEN"}`,
  );
  return figures;
}

/** The start-up hook of a poisoned package, in every way a job can be started; in a temporary folder of its own. */
export async function attack({ signal }: Scene, page: Page): Promise<Figures["attack"]> {
  page.heading(
    "attack",
    "the LiteLLM hook of March 2026 replayed: a package's .pth file runs before the job does",
  );
  const hauls = await replay({ signal });
  for (const line of tableOf(hauls)) page.say(line);
  page.say(
    "At level 0 to 2 the job's own two keys can be read by what runs in it; at level 3 nothing leaves but to declared hosts.",
  );
  return { hauls, unexpected: differences(hauls) };
}

/** Files of the project and the store in which keys can be read, with those keys. The home folder is counted by itself. */
export function filesWithKeys({ workspace }: Scene): KeyFile[] {
  const { root, home, secrets } = workspace;
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(home))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(root, path), keys: countStolen(readFileSync(path), secrets) }))
    .filter(({ keys }) => keys.length > 0)
    .sort((a, b) => b.keys.length - a.keys.length);
}

const homeText = ({ workspace }: Scene, { home }: StageFigures): string =>
  `${home.length} of ${workspace.homeSecrets.size} in the home folder`;

/** The lines of serve's output that are about its key: as they are without a key in them, else with the key cut short. */
function leakLines({ workspace }: Scene, output: string): string {
  const lines = output.split("\n").filter((line) => /^(using key|headers:)/.test(line));
  return lines.map((line) => `"${withoutKeys(line, workspace.secrets)}"`).join(", ");
}

export function withoutKeys(line: string, secrets: ReadonlyMap<string, string>): string {
  const cut = [...secrets.values()].reduce(
    (text, value) => text.replaceAll(value, `${value.slice(0, 8)}…`),
    line,
  );
  return countStolen(Buffer.from(cut), secrets).length === 0
    ? cut
    : `${cut.slice(0, 12)}… (the key in base64)`;
}

/** `huggingface ×2, wandb`. */
function counted(names: readonly string[]): string {
  return [...Map.groupBy(names, (name) => name)]
    .map(([name, all]) => (all.length === 1 ? name : `${name} ×${all.length}`))
    .join(", ");
}

const firstLine = (text: string): string => text.split("\n")[0] ?? "";
