/** The variables that a step's processes have: of the step, the job, the workflow; the innermost counts. */
import type { Setting, Text } from "../model.ts";

export class Variables {
  readonly #scopes: readonly (readonly Setting[])[];

  /** Innermost first. */
  constructor(scopes: readonly (readonly Setting[])[]) {
    this.#scopes = scopes;
  }

  get(name: string): Text | undefined {
    for (const scope of this.#scopes) for (const one of scope) if (one.name === name) return one.value;
    return undefined;
  }

  find(wanted: (name: string, text: Text) => boolean): Setting | undefined {
    for (const scope of this.#scopes)
      for (const one of scope)
        if (wanted(one.name, one.value) && this.get(one.name) === one.value) return one;
    return undefined;
  }
}
