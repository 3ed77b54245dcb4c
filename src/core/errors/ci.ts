/** The CI audit's rows. */
import { row } from "./row.ts";

export const ciErrors = {
  "ci.list-invalid": row(
    400,
    2,
    "{path} {problem}",
    "docs/ci.md has the form of allow lists and of organisation.yaml",
  ),
  "ci.unknown-check": row(404, 2, "there is no check {id}", "`bulkhead ci checks` lists them"),
};
