/** The look and the one script of the HTML report. The script's hash stands in the page's policy: nothing else runs. */
export const STYLE = `
:root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --soft: #5b6470; --line: #d8dde3; --card: #f6f8fa;
  --critical: #b3001b; --high: #c4320a; --medium: #8a5a00; --low: #0a5ea8; --info: #5b6470; }
@media (prefers-color-scheme: dark) { :root { --back: #14171b; --text: #e6e9ed; --soft: #9aa4b0; --line: #343b44; --card: #1c2127;
  --critical: #ff6b7d; --high: #ff9466; --medium: #e5b454; --low: #6cb4ff; --info: #9aa4b0; } }
body { background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1.5rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1rem; margin: 0; } code { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere; }
article { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--shade); border-radius: 4px; margin: 0.8rem 0; padding: 0.7rem 1rem; }
article[hidden] { display: none; } .severity { color: var(--shade); font-weight: 700; text-transform: uppercase; font-size: 0.8rem; }
.critical { --shade: var(--critical); } .high { --shade: var(--high); } .medium { --shade: var(--medium); } .low { --shade: var(--low); } .info { --shade: var(--info); }
p { margin: 0.3rem 0; } .soft { color: var(--soft); } ul { margin: 0.3rem 0; padding-left: 1.2rem; } fieldset { border: 1px solid var(--line); border-radius: 4px; }
label { margin-right: 1rem; } .warning { border-left: 4px solid var(--medium); padding-left: 0.8rem; }
`;

export const SCRIPT = `
for (const box of document.querySelectorAll("input[data-severity]"))
  box.addEventListener("change", () => {
    for (const card of document.querySelectorAll("article." + box.dataset.severity)) card.hidden = !box.checked;
  });
`;
