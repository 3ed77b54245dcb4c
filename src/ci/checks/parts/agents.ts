/** AI agents in steps: where their words come from, who may start them, and what holds them back. */
import { settingOf } from "../../effects/of-action.ts";
import { mentions, wordsOf } from "../../effects/of-script.ts";
import { expressionsIn } from "../../expression/index.ts";
import type { Embedded, Span, Step, Text } from "../../model.ts";
import { locate } from "../../spans.ts";

interface AgentRow {
  /** Inputs that the model reads. */
  readonly prompts: readonly string[];
  /** Inputs that let people without rights start it; without one it asks nobody. */
  readonly opens: readonly string[];
  /** It refuses people without rights to write by itself. */
  readonly asks: boolean;
  /** Inputs in which switches stand. */
  readonly settings: readonly string[];
}

const ACTIONS: Readonly<Record<string, AgentRow>> = {
  "anthropics/claude-code-action": {
    prompts: ["prompt", "direct_prompt", "override_prompt", "custom_instructions"],
    opens: ["allowed_non_write_users"],
    asks: true,
    settings: ["claude_args", "allowed_tools", "settings"],
  },
  "anthropics/claude-code-base-action": {
    prompts: ["prompt", "system_prompt", "append_system_prompt"],
    opens: [],
    asks: false,
    settings: ["claude_args", "allowed_tools", "settings"],
  },
  "openai/codex-action": {
    prompts: ["prompt"],
    opens: ["allow-users"],
    asks: true,
    settings: ["sandbox", "safety-strategy", "codex-args"],
  },
  "google-github-actions/run-gemini-cli": {
    prompts: ["prompt"],
    opens: [],
    asks: false,
    settings: ["settings"],
  },
  "google-gemini/gemini-cli-action": {
    prompts: ["prompt"],
    opens: [],
    asks: false,
    settings: ["settings_json"],
  },
  "actions/ai-inference": { prompts: ["prompt", "system-prompt"], opens: [], asks: false, settings: [] },
};

/** Programs, and what makes them run without a person. */
const PROGRAMS: Readonly<Record<string, RegExp>> = {
  claude: /^(?:-p|--print)$/,
  codex: /^(?:exec|e)$/,
  gemini: /^(?:-p|--prompt|--yolo|-y)$/,
  opencode: /^run$/,
  goose: /^run$/,
  aider: /^(?:-m|--message|--yes-always|--yes)$/,
  copilot: /^(?:-p|--prompt)$/,
  "cursor-agent": /^(?:-p|--print)$/,
};

const LOOSE =
  /--dangerously-skip-permissions|--dangerously-bypass-approvals-and-sandbox|--permission-mode[= ]"?bypassPermissions|--yolo\b|--allow-all-tools|danger-full-access|--allowed-?[tT]ools[= ]["']?(?:[^"'\n]*,)?\s*Bash(?:\(\*\))?(?=["',\s]|$)|"?defaultMode"?\s*:\s*"bypassPermissions"/;

export interface Agent {
  readonly name: string;
  readonly span: Span;
  /** Texts that reach the model, with what strangers can choose of them. */
  readonly prompts: readonly { readonly text: Text; readonly strangers: readonly Embedded[] }[];
  /** The input that opens it to people without rights. */
  readonly opened: Text | null;
  readonly asks: boolean;
  /** What takes its limits away. */
  readonly loose: { readonly span: Span; readonly words: string } | null;
}

export function agentOf(step: Step): Agent | null {
  const row = step.uses === null ? undefined : ACTIONS[step.uses.slug];
  if (row !== undefined && step.uses !== null) {
    const texts = row.prompts.flatMap((name) => settingOf(step.with, name) ?? []);
    const opened =
      row.opens
        .flatMap((name) => settingOf(step.with, name) ?? [])
        .find(({ value }) => value.trim() !== "") ?? null;
    return {
      name: step.uses.slug,
      span: step.usesText?.span ?? step.span,
      prompts: texts.map((text) => ({ text, strangers: chosen(text) })),
      opened: opened !== null && isEverybody(opened) ? opened : null,
      asks: row.asks,
      loose:
        row.settings.map((name) => looseIn(name, settingOf(step.with, name))).find((one) => one !== null) ??
        null,
    };
  }
  return inScript(step);
}

/** A list of names is a choice; a star is none. */
const isEverybody = ({ value }: Text): boolean => /(?:^|[\s,"'])\*(?:$|[\s,"'])/.test(value);

function looseIn(name: string, text: Text | null): Agent["loose"] {
  if (text === null) return null;
  if (name === "safety-strategy")
    return text.value.trim() === "unsafe" ? { span: text.span, words: "safety-strategy: unsafe" } : null;
  if (name === "allowed_tools")
    return /(?:^|[,\s])Bash(?:\(\*\))?(?:$|[,\s])/.test(text.value)
      ? { span: text.span, words: "Bash" }
      : null;
  const found = LOOSE.exec(text.value);
  return found === null
    ? null
    : { span: locate(text, found.index, found.index + found[0].length), words: found[0] };
}

function inScript(step: Step): Agent | null {
  const { run } = step;
  if (run === null) return null;
  for (const command of run.commands) {
    const words = wordsOf(command);
    const headless = words === null ? undefined : PROGRAMS[words.program];
    if (words === null || headless === undefined || !words.rest.some((word) => headless.test(word))) continue;
    const all = words.rest.join(" ");
    const found = LOOSE.exec(all);
    const variables = step.env.filter(
      ({ name, value }) => chosen(value).length > 0 && words.rest.some((word) => mentions(word, name)),
    );
    const text = { ...run.text, value: all, expressions: expressionsIn(all) };
    const span = locate(run.text, command.start, command.end);
    return {
      name: words.program,
      span,
      prompts: [
        { text: { ...text, span }, strangers: chosen(text) },
        ...variables.map(({ value }) => ({ text: value, strangers: chosen(value) })),
      ],
      opened: null,
      asks: false,
      loose: found === null ? null : { span, words: found[0] },
    };
  }
  return null;
}

const chosen = ({ expressions }: Pick<Text, "expressions">): Embedded[] =>
  expressions.filter(({ expression }) =>
    expression.reads.contexts.some(({ control, carries }) => carries && control === "outsider"),
  );
