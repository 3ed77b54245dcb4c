/** Dockerfiles and compose files: what is put into images, and what containers are given. */
import type { BuildFile, Diagnostic, SourceFile } from "../../model.ts";
import { ValueTooLarge, valueOf } from "../../values.ts";
import { parseYaml } from "../../yaml/parse.ts";
import { span } from "../../spans.ts";
import type { Adapter } from "../types.ts";
import { readDockerfile } from "./dockerfile.ts";
import { isCompose, isDockerfile } from "./names.ts";

export const docker: Adapter = {
  id: "docker",
  title: "Dockerfiles and compose files",
  system: null,
  owns: (path) => isDockerfile(path) || isCompose(path),
  read(files, { report }) {
    const builds = files.flatMap((file) => {
      if (!isCompose(file.path))
        return [
          readDockerfile(file, ({ message, start, end }) =>
            report({ id: "syntax", message, span: span(file, start, end) }),
          ),
        ];
      const compose = readCompose(file, report);
      return compose === null ? [] : [compose];
    });
    return { builds };
  },
};

function readCompose(file: SourceFile, report: (diagnostic: Diagnostic) => void): BuildFile | null {
  const { documents, problems } = parseYaml(file);
  for (const { id, message, start, end } of problems) report({ id, message, span: { file, start, end } });
  const [root] = documents;
  if (root?.kind !== "map") {
    if (problems.length === 0)
      report({ id: "wrong-type", message: "the file holds no map", span: span(file, 0, 0) });
    return null;
  }
  try {
    return {
      kind: "compose",
      file,
      span: span(file, root.start, root.end),
      instructions: [],
      value: valueOf(root),
    };
  } catch (error) {
    if (!(error instanceof ValueTooLarge)) throw error;
    report({ id: "too-large", message: error.message, span: span(file, root.start, root.start) });
    return null;
  }
}
