import { locate } from "../spans.ts";
import { prize } from "./common/authority.ts";
import { jobsOf, usersOf } from "./common/users.ts";
import type { Check } from "./types.ts";

const SHELLS = /^(?:ba|z|da|k)?sh$|^python\d?$|^node$|^perl$|^ruby$|^iex$|^invoke-expression$|^pwsh$/;
const FETCHES = /^(?:curl|wget|iwr|invoke-webrequest|irm|invoke-restmethod|fetch)$/;
const RUNS = /^(?:ba|z|da|k)?sh$|^(?:source|\.)$/;
const INSIDE = /(?:<\(|\$\(|`)\s*(?:curl|wget)\b/;

const program = (words: readonly string[]): string => {
  const own = words[0] === "sudo" ? words.slice(1).filter((word) => !word.startsWith("-")) : words;
  return (own[0] ?? "").replace(/^.*\//, "").toLowerCase();
};

export const remoteScript: Check = {
  id: "remote-script",
  class: "F",
  systems: ["github-actions"],
  title: "a script is fetched and run unseen in a job with authority",
  severity: "medium",
  confidence: "high",
  attack:
    "Whoever controls the address, for a minute, runs code beside the job's secrets; no commit shows it.",
  mend: "Download a fixed version, compare its checksum (`sha256sum -c`), then run it; or use the tool's pinned action.",
  step(step, report) {
    if (step.run === null) return;
    const { commands, text } = step.run;
    const { owner } = step;
    for (const [at, command] of commands.entries()) {
      const name = program(command.words);
      let end = command.end;
      const raw = text.value.slice(command.start, command.end);
      const substituted =
        RUNS.test(name) &&
        /<\(\s*(?:curl|wget)\b/.test(raw) &&
        command.words.some((word) => FETCHES.test(word));
      if (substituted) end = command.end;
      else if (FETCHES.test(name) && command.piped) {
        const next = commands[at + 1];
        // `sh -c '…'` and `python -c '…'` read the download as data.
        if (
          next === undefined ||
          !SHELLS.test(program(next.words)) ||
          next.words.some((word) => /^-[ce]$|\.(?:py|js|sh)$/.test(word))
        )
          continue;
        end = next.end;
      } else if (
        !(/^(?:eval|source|\.)$/.test(name) || SHELLS.test(name)) ||
        !command.words.slice(1).some((word) => INSIDE.test(word))
      )
        continue;
      const users = usersOf(owner.kind === "job" ? owner.workflow.repository : owner.repository);
      const held =
        jobsOf(owner, users)
          .map(prize)
          .find((one) => one !== null) ?? null;
      const address = command.words.join(" ").match(/https?:\/\/[^\s"')]+/)?.[0];
      report({
        span: locate(text, command.start, end),
        message: `what ${address ?? "an address"} gives is run as it comes${held === null ? "" : `, beside ${held}`}`,
        ...(address !== undefined && { subject: address }),
        ...(held === null && { severity: "low", pedantic: true }),
      });
    }
  },
};
