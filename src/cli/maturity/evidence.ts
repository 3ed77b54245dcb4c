/** What the files and pipelines of the folder show, for the assessment. Names and places only. */
import { relative } from "node:path";
import { loadRepository } from "../../ci/index.ts";
import type { FileEvidence, PipelineEvidence } from "../../inventory/maturity/index.ts";
import { check } from "../../scan/check.ts";
import { rankOf } from "../../scan/group.ts";
import { usualDetector } from "../../scan/usual-detector.ts";
import { lookAtPipelines } from "../ci/look.ts";
import type { Context } from "../context.ts";

export async function evidenceIn(
  root: string,
  { cwd }: Pick<Context, "cwd">,
): Promise<{ readonly files: FileEvidence; readonly pipelines: PipelineEvidence }> {
  const found = await check({
    root,
    home: root, // this folder is judged, and not the person who stands in it
    env: {},
    detector: usualDetector(),
    pipelines: lookAtPipelines,
  });
  const here = (path: string): string => relative(cwd, path) || path;
  return {
    files: {
      envFiles: found.envFiles.filter(({ committed }) => committed === "now").map(({ path }) => here(path)),
      leaks: found.leaks
        .filter(({ severity }) => rankOf(severity) <= rankOf("medium"))
        .map(({ title, places }) => ({
          title,
          place: places[0] === undefined ? "?" : `${places[0].path}:${places[0].line}`,
        })),
    },
    pipelines: {
      workflows: loadRepository(root).workflows.filter(({ remote }) => !remote).length,
      findings: found.pipelines
        .filter(({ severity }) => rankOf(severity) <= rankOf("medium"))
        .map(({ file, line, message }) => `${file}:${line}: ${message}`),
    },
  };
}
