/** This process, what this machine can isolate, and `.env` files where you stand. */
import { readFileSync, readdirSync } from "node:fs";
import { PassThrough } from "node:stream";
import { userHome } from "../../server/home.ts";
import type { Context } from "../context.ts";
import { type Diagnosis, type Examination, fail, ok, warn } from "./types.ts";

export const processExamination: Examination = {
  name: "process",
  examine: async ({ env }) => {
    const out: Diagnosis[] = [];
    const restart = "start it by its own file (`dist/bulkhead`, `npx bulkhead`), not through `node`";
    if (!process.execArgv.includes("--disable-sigusr1"))
      out.push(warn("Node's debugger signal is not switched off by a flag", restart));
    if (env.NODE_OPTIONS)
      out.push(warn("NODE_OPTIONS is set and may load code into Bulkhead", "unset NODE_OPTIONS"));
    if (coreDumps())
      out.push(warn("a crash would write Bulkhead's memory to disk", `ulimit -c 0, or ${restart}`));
    return out.length > 0 ? out : [ok(`Node ${process.versions.node}, no debugger by signal, no core dumps`)];
  },
};

/** Whether a core file may be written; false where it cannot be told. */
function coreDumps(): boolean {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    return !/^Max core file size\s+0\s/m.test(limits);
  } catch {
    return false;
  }
}

export const isolationExamination: Examination = {
  name: "isolation",
  examine: async (context) => {
    const { level, name, missing } = await probe(context);
    if (level === 2) return [ok("jobs see neither Bulkhead's processes nor its files (proved just now)")];
    const says = `a job reaches level ${level} (${name}): ${missing.join("; ")}`;
    return [
      warn(
        says,
        "allow unprivileged user namespaces (kernel.unprivileged_userns_clone, AppArmor, container profile)",
      ),
    ];
  },
};

/** The level that a job of this machine really gets: a job that does nothing is run. */
async function probe({ home, env }: Context) {
  const [{ planSandbox }, { runJob }, { SignalDesk }, { compileMasks }] = await Promise.all([
    import("../../run/isolate.ts"),
    import("../../run/spawn.ts"),
    import("../../run/signals.ts"),
    import("../../mask/index.ts"),
  ]);
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const sandbox = planSandbox({ hide: [home.folder], home: userHome(env), uid, gid, cwd: "/" });
  using signals = new SignalDesk();
  const nowhere = (): PassThrough => new PassThrough().resume();
  const { isolation } = await runJob({
    command: ["/bin/sh", "-c", ":"],
    env: { PATH: "/usr/bin:/bin" },
    cwd: "/",
    sandbox,
    masks: compileMasks({ values: [] }),
    stdout: nowhere(),
    stderr: nowhere(),
    stdin: "ignore",
    signals,
  });
  return isolation;
}

export const envFileExamination: Examination = {
  name: ".env files",
  examine: async ({ cwd }) => {
    const { isEnvFile } = await import("../../scan/env-files.ts");
    const { isIgnored, isTracked, repositoryRoot } = await import("../git.ts");
    const files = readdirSync(cwd).filter(isEnvFile);
    if (files.length === 0) return [ok("none here")];
    const inRepository = repositoryRoot(cwd) !== null;
    return files.map((file) => {
      if (inRepository && isTracked(cwd, file))
        return fail(
          `${file} is committed`,
          `rotate what is in it; \`bulkhead secret import ${file} --remove\`, then \`git rm --cached ${file}\``,
        );
      const says =
        inRepository && !isIgnored(cwd, file)
          ? `${file} is not ignored by git`
          : `${file} may hold credentials that every program here can read`;
      return warn(says, `\`bulkhead secret import ${file}\``);
    });
  },
};
