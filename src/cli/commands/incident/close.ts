import { openRepository } from "../../ci-repository.ts";
import { command } from "../../command.ts";
import { headCommit } from "../../git.ts";
import { boundaryOf } from "../../incident/boundary.ts";
import { idFlag, incidentNamed, readIncident } from "../../incident/target.ts";

export default command({
  details:
    "Audits the pipeline files of the repository one stands in and closes the incident when nothing serious is found in those that were disabled, and every item is done or excused. Otherwise it says what is open.",
  flags: { ...idFlag },
  examples: [{ line: "bulkhead incident close", says: "once all is done" }],
  async run({ flags, context }) {
    const id = await incidentNamed(context, flags.id, "incident close");
    const { mended, boundary } = boundaryOf(
      openRepository(".", context),
      await readIncident(context, id),
      headCommit(context.cwd),
    );
    const { client } = await context.api();
    await client.write(`bulkhead/incidents/${id}/close`, { mended, boundary });
    context.out.note(`closed: ${boundary}`);
  },
});
