import { BulkheadError } from "../../../core/errors.ts";
import { command } from "../../command.ts";
import { metadataPath, secretTarget } from "../../project.ts";
import { secretInfo } from "../../secrets.ts";

export default command({
  details:
    "Deletes the current version, or those named; --undelete brings deleted ones back. --destroy erases versions for good, --all the secret with its history. Deleting a value here does not make it invalid at its provider.",
  flags: {
    env: {
      kind: "text",
      short: "e",
      placeholder: "environment",
      default: "dev",
      brief: "environment of the secret",
    },
    versions: { kind: "text", placeholder: "n,n", brief: "these versions, not the current one" },
    destroy: { kind: "switch", brief: "erase them for good" },
    undelete: { kind: "switch", brief: "bring them back" },
    all: { kind: "switch", brief: "erase the secret with all its versions" },
    yes: { kind: "switch", short: "y", brief: "do not ask before erasing" },
  },
  args: [{ name: "name", brief: "secret of bulkhead.yaml, or a path" }],
  examples: [
    {
      line: "bulkhead secret delete openai",
      says: "the current version; --undelete --versions brings it back",
    },
    { line: "bulkhead secret delete openai --versions 1,2 --destroy", says: "two versions, for good" },
  ],
  async run({ flags, args: [name = ""], context }) {
    const problem = [flags.destroy, flags.undelete, flags.all].filter(Boolean).length > 1;
    if (problem)
      throw new BulkheadError("usage.invalid", {
        problem: "--destroy, --undelete and --all exclude each other",
        command: "secret delete",
      });
    const target = await secretTarget(context, name, flags.env);
    const { client } = await context.api();
    const info = await secretInfo(client, target);
    if (info === null)
      throw new BulkheadError("cli.found-nothing", {
        what: `secret ${target.label}`,
        help: "`bulkhead secret list` shows them",
      });
    const versions = flags.versions === undefined ? [info.current] : parseVersions(flags.versions);
    if ((flags.destroy || flags.all) && !flags.yes) {
      const input = await context.input();
      const what = flags.all
        ? `all versions of ${target.label}`
        : `version ${versions.join(", ")} of ${target.label}`;
      if (!(await input.confirm(`Erase ${what} for good?`)))
        throw new BulkheadError(
          "cli.cancelled",
          {},
          { hint: "nothing was changed; give --yes where nobody can be asked" },
        );
    }
    if (flags.all) await client.call("DELETE", metadataPath(target));
    else {
      const verb = flags.destroy ? "destroy" : flags.undelete ? "undelete" : "delete";
      await client.call("POST", `${target.mount}/${verb}/${target.path}`, { versions });
    }
    const done = flags.all
      ? "erased"
      : flags.destroy
        ? "destroyed"
        : flags.undelete
          ? "brought back"
          : "deleted";
    context.out.note(`${done}: ${target.label}${flags.all ? "" : `, version ${versions.join(", ")}`}`);
  },
});

function parseVersions(text: string): number[] {
  const versions = text.split(",").map((one) => Number(one.trim()));
  if (!versions.every((one) => Number.isSafeInteger(one) && one > 0))
    throw new BulkheadError("usage.invalid", {
      problem: "--versions is like 1,2,3",
      command: "secret delete",
    });
  return versions;
}
