/** Path patterns: `*` within a name, `**` over folders, `?` one character; a pattern without a slash is a name at any depth. */
export function globToRegExp(pattern: string): RegExp {
  const anywhere = !pattern.replace(/\/$/, "").includes("/");
  const body = pattern
    .replace(/^\//, "")
    .replace(/\/$/, "/**")
    .replace(/\*\*\/|\/\*\*$|\*+|\?|[\\^$.|+()[\]{}]/g, (part) =>
      part === "**/"
        ? "(?:.*/)?"
        : part === "/**"
          ? "/.*"
          : part === "?"
            ? "[^/]"
            : part.startsWith("*")
              ? part === "**"
                ? ".*"
                : "[^/]*"
              : `\\${part}`,
    );
  return new RegExp(`^${anywhere ? "(?:.*/)?" : ""}${body}$`, "su");
}
