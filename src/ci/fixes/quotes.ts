/** In which quotes of a shell script an offset stands: what decides how a variable is written there. */
export type Quoting = "bare" | "double" | "single" | "heredoc" | "raw-heredoc" | "comment";

export function quotingAt(script: string, offset: number): Quoting {
  let state: Quoting = "bare";
  const ends: { readonly word: string; readonly raw: boolean }[] = [];
  for (let at = 0; at < offset; at++) {
    const character = script.charAt(at);
    if (state === "comment") {
      if (character === "\n") state = "bare";
      else continue;
    }
    if (script.startsWith("${{", at)) {
      // GitHub puts its text in before any shell reads this.
      const close = script.indexOf("}}", at);
      if (close === -1) return state;
      at = close + 1;
    } else if (state === "single") {
      if (character === "'") state = "bare";
    } else if (character === "\\") at++;
    else if (state === "double") {
      if (character === '"') state = "bare";
    } else if (character === "'") state = "single";
    else if (character === '"') state = "double";
    else if (character === "#" && /(?:^|[\s;&|(])$/.test(script.slice(Math.max(0, at - 1), at)))
      state = "comment";
    else if (script.startsWith("<<", at) && script.charAt(at + 2) !== "<") {
      const [whole, quoted, word = ""] =
        /^<<-?\s*(\\|['"]?)([\w.]+)['"]?/.exec(script.slice(at, at + 200)) ?? [];
      if (whole !== undefined) {
        ends.push({ word, raw: quoted !== "" });
        at += whole.length - 1;
      } else at++;
    } else if (character === "\n")
      for (const { word, raw } of ends.splice(0)) {
        const close = new RegExp(`^[ \\t]*${word.replaceAll(".", "\\.")}[ \\t]*$`, "m");
        const found = close.exec(script.slice(at + 1));
        const end = found === null ? script.length : at + 1 + found.index + found[0].length;
        if (offset < end) return raw ? "raw-heredoc" : "heredoc";
        at = end - 1;
      }
  }
  return state;
}
