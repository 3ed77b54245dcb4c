import { type FlagWords, type Words, firstWords, groups, secondWord } from "./index.ts";

const quote = (text: string): string =>
  text.replaceAll("'", "'\\''").replaceAll(":", "\\:").replace(/[[\]]/g, "\\$&");

function flagSpec({ name, brief, values, takesValue }: FlagWords): string {
  const value = values !== null ? `:value:(${values.join(" ")})` : takesValue ? ":value:_files" : "";
  return `'${name}[${quote(brief)}]${value}'`;
}

export function zsh(words: readonly Words[]): string {
  const grouped = groups(words);
  const described = firstWords(words).map((first) => {
    const line = words.find(({ name }) => name === first);
    return `'${first}:${quote(line?.brief ?? `${grouped.get(first)?.map(secondWord).join(", ") ?? ""}`)}'`;
  });
  const subs = [...grouped].map(
    ([first, members]) =>
      `    ${first}) subs=(${members.map((one) => `'${secondWord(one)}:${quote(one.brief)}'`).join(" ")}) ;;`,
  );
  const flags = words.map(
    ({ name, flags: all }) => `    '${name}') _arguments ${all.map(flagSpec).join(" ")} '*:file:_files' ;;`,
  );
  return `#compdef bulkhead
_bulkhead() {
  local -a subs commands
  commands=(${described.join(" ")} 'help:print help')
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local name="\${words[2]}"
  case "$name" in
${subs.join("\n")}
  esac
  if (( CURRENT == 3 && \${#subs} )); then _describe command subs; fi
  if [[ -n "\${(M)subs:#\${words[3]}:*}" ]]; then name="$name \${words[3]}"; fi
  case "$name" in
${flags.join("\n")}
  esac
}
if [[ "\${funcstack[1]}" == "_bulkhead" ]]; then _bulkhead "$@"; else compdef _bulkhead bulkhead; fi
`;
}
