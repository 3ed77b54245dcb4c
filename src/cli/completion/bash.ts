import { type Words, firstWords, groups, secondWord } from "./index.ts";

export function bash(words: readonly Words[]): string {
  const seconds = [...groups(words)].map(
    ([first, members]) => `    ${first}) subs="${members.map(secondWord).join(" ")}" ;;`,
  );
  const flags = words.map(
    ({ name, flags: all }) => `    "${name}") flags="${all.map((one) => one.name).join(" ")}" ;;`,
  );
  const values = words.flatMap(({ name, flags: all }) =>
    all.flatMap((one) =>
      one.values === null ? [] : [`    "${name} ${one.name}") values="${one.values.join(" ")}" ;;`],
    ),
  );
  return `# bash completion of bulkhead
_bulkhead() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" first="\${COMP_WORDS[1]}" second="\${COMP_WORDS[2]}"
  local subs="" flags="" values="" name="$first"
  case "$first" in
${seconds.join("\n")}
  esac
  if [[ -n "$subs" && " $subs " == *" $second "* ]]; then name="$first $second"; fi
  case "$name" in
${flags.join("\n")}
  esac
  case "$name $before" in
${values.join("\n")}
  esac
  if [[ -n "$values" ]]; then COMPREPLY=($(compgen -W "$values" -- "$word"))
  elif [[ "$word" == -* ]]; then COMPREPLY=($(compgen -W "$flags" -- "$word"))
  elif [[ "$COMP_CWORD" -eq 1 ]]; then COMPREPLY=($(compgen -W "${firstWords(words).join(" ")} help" -- "$word"))
  elif [[ "$COMP_CWORD" -eq 2 && -n "$subs" ]]; then COMPREPLY=($(compgen -W "$subs" -- "$word"))
  else COMPREPLY=($(compgen -f -- "$word")); fi
}
complete -F _bulkhead bulkhead
`;
}
