/** A reader whose texts are GitLab's: variables in place of `${{ … }}`, lists within lists, values with a description. */
import type { Setting, Span, Text } from "../../model.ts";
import type { YamlEntry, YamlNode, YamlScalar } from "../../yaml/types.ts";
import { Reader, get, isEmpty } from "../reader.ts";
import { type Defined, readsIn } from "./reads.ts";

const NOTHING: Defined = new Set();
/** GitLab flattens lists in scripts up to this depth. */
const MAX_NESTING = 10;

export class LabReader extends Reader {
  /** Names with a value of their own at this place; the job's reader sets them. */
  defined: Defined = NOTHING;
  /** Names of masked variables of the settings, where the host told them. */
  masked: ReadonlySet<string> = NOTHING;

  override text(node: YamlScalar): Text {
    if (!node.value.includes("$")) return node;
    return this.#with(node, false);
  }

  /** A text that a shell runs. */
  script(node: YamlScalar): Text {
    return this.#with(node, true);
  }

  #with(node: YamlScalar, script: boolean): Text {
    const { value, span, style } = node;
    return {
      value,
      span,
      style,
      expressions: readsIn(value, { defined: this.defined, settings: this.masked, script }),
    };
  }

  /** `NAME: value`, or with `value`, `description`, `options`. */
  variables(entry: YamlEntry | undefined): Setting[] {
    const found = this.map(entry)?.entries ?? [];
    return found.flatMap(({ name, nameSpan, value }) => {
      const node = value.kind === "map" ? get(value, "value")?.value : value;
      if (node?.kind === "scalar") return [{ name, nameSpan, value: this.text(node) }];
      if (node !== undefined) this.say("wrong-type", `\`${name}\` takes text`, node);
      return [];
    });
  }

  /** All texts of a list and of the lists in it. */
  scalars(node: YamlNode | undefined, depth = 0): YamlScalar[] {
    if (node === undefined || isEmpty(node)) return [];
    if (node.kind === "scalar") return [node];
    if (node.kind === "list" && depth <= MAX_NESTING)
      return node.items.flatMap((item) => this.scalars(item, depth + 1));
    this.say("wrong-type", "text is expected", node);
    return [];
  }
}

/** A text that stands for a key: what a step or an artifact is called by. */
export const named = (name: string, span: Span): Text => ({
  value: name,
  span,
  style: "plain",
  expressions: [],
});
