/**
 * What `npm start` runs: a real pipeline in a temporary copy, first the way teams run it today, then with Bulkhead, with a hostile
 * package in it both times. Every figure of the summary is counted from what arrived at the package's sink, from captured
 * output and from the audit log. Nothing outside the temporary folder is read or written; nothing leaves this machine.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import * as acts from "./acts.ts";
import { type Figures, shortcomings } from "./figures.ts";
import { keep } from "./keep.ts";
import { endLeak } from "./leak.ts";
import { Page } from "./page.ts";
import { closeScene, DemoError, openScene, type Scene } from "./scene.ts";
import { PLANTS, type Plant } from "./workspace.ts";

const HELP = `npm start [-- OPTIONS]

  --keep          leave a server and the project behind, and say what to try next
  --json          print the figures as JSON and nothing else
  --plant PLACE   put one more key into the project's .env (env) or into one above it (above), as a control
  --no-attack     leave the replayed attack out, which is half of the time
  --no-color      plain text
`;

interface Options {
  readonly keep: boolean;
  readonly json: boolean;
  readonly colour: boolean;
  readonly plant: Plant | undefined;
  readonly attack: boolean;
}

/** null: help was asked for. Throws DemoError. */
function readOptions(args: readonly string[]): Options | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        keep: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        plant: { type: "string" },
        "no-attack": { type: "boolean", default: false },
        "no-color": { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) return null;
    const plant = PLANTS.find((one) => one === values.plant);
    if (values.plant !== undefined && plant === undefined)
      throw new TypeError(`--plant takes ${PLANTS.join(" or ")}`);
    const { NO_COLOR, TERM } = process.env;
    const colour = process.stdout.isTTY && !values["no-color"] && !NO_COLOR && TERM !== "dumb";
    return { keep: values.keep, json: values.json, colour, plant, attack: !values["no-attack"] };
  } catch (error) {
    throw new DemoError(`${(error as Error).message}\n\n${HELP}`);
  }
}

/** Aborts at Ctrl-C and its kin, and when the reader of our output has gone. */
function untilInterrupted(): AbortController {
  const controller = new AbortController();
  const stop = (code: number) => (): void => controller.abort(new Interrupted(code));
  process.once("SIGINT", stop(130)).once("SIGTERM", stop(143)).once("SIGHUP", stop(129));
  process.stdout.on("error", stop(0));
  return controller;
}

class Interrupted extends Error {
  readonly code: number;
  constructor(code: number) {
    super("interrupted; everything was removed");
    this.code = code;
  }
}

interface Performance {
  /** Of `performance.now()`. */
  readonly started: number;
  readonly attack: boolean;
}

async function perform(scene: Scene, page: Page, options: Performance): Promise<Figures> {
  const { workspace } = scene;
  page.line(
    "Bulkhead in a minute: a fraud model in four stages, run the way teams run it today, then with Bulkhead.",
  );
  page.line(`All of it in ${workspace.root}, with made-up keys; nothing leaves this machine.`);
  const filesBefore = acts.filesWithKeys(scene);
  const before = await acts.today(scene, page);
  const check = await acts.check(scene, page);
  const imported = await acts.moveIn(scene, page);
  const withBulkhead = await acts.underBulkhead(scene, page);
  const token = await acts.afterwards(scene, page, "train");
  const scan = await acts.scan(scene, page);
  const audit = await acts.audit(scene, page);
  const attack = options.attack ? await acts.attack(scene, page) : null;
  const leak = await endLeak(scene, page);
  const figures = {
    keys: workspace.secrets.size,
    homeKeys: workspace.homeSecrets.size,
    today: before,
    check,
    imported,
    withBulkhead,
    filesBefore,
    filesAfter: acts.filesWithKeys(scene),
    token,
    scan,
    audit,
    attack,
    leak,
    seconds: (performance.now() - options.started) / 1_000,
  };
  page.summary(figures);
  return figures;
}

async function main(): Promise<void> {
  const started = performance.now();
  const options = readOptions(process.argv.slice(2));
  if (options === null) return void process.stdout.write(HELP);
  const python = spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"], {
    stdio: "ignore",
  });
  if (python.status !== 0)
    throw new DemoError("the example is written in Python: install python3 (3.9 or later) and start again");
  const { signal } = untilInterrupted();
  const write = (text: string): void => void (options.json || process.stdout.write(text));
  const page = new Page({ write, colour: options.colour });
  const scene = await openScene({ plant: options.plant, signal });
  let kept = false;
  try {
    const figures = await perform(scene, page, { started, attack: options.attack });
    const left = options.keep ? await keep(scene, page) : null;
    kept = left !== null;
    if (options.json)
      process.stdout.write(
        `${JSON.stringify({ ...figures, problems: shortcomings(figures), root: scene.workspace.root, kept: left }, null, 2)}\n`,
      );
    if (!kept) {
      page.line();
      page.say(
        "Next:  npm run -s bulkhead -- check PATH   what stands open in a repository of yours; it changes nothing",
      );
      page.say("       npm start -- --keep                 leaves this project and a server for you to try");
      page.say("       npm run -s bulkhead -- help         all commands");
    }
    page.line(
      `\nDone in ${((performance.now() - started) / 1_000).toFixed(0)} s${kept ? "" : "; the temporary folder is removed"}.`,
    );
  } finally {
    if (!kept) await closeScene(scene);
  }
}

try {
  await main();
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    `demo: ${error instanceof DemoError || error instanceof Interrupted ? reason : ((error as Error).stack ?? reason)}\n`,
  );
  process.exitCode = error instanceof Interrupted ? error.code : 1;
}
