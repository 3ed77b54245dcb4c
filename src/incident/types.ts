/** An incident's shapes. See index.ts for the purpose of this folder. */

export const targetKinds = ["workflow", "stage", "run", "secret", "everything"] as const;

export interface Target {
  readonly kind: (typeof targetKinds)[number];
  /** As it was named; empty for `everything`. */
  readonly name: string;
}

/** A secret of the store that the attacker may have. */
export interface ReachedSecret {
  readonly project: string;
  readonly environment: string;
  readonly name: string;
  /** Vendor's id; null: not said. */
  readonly provider: string | null;
  readonly kind: string;
  readonly owner: string | null;
  readonly production: boolean;
  /** That use it. */
  readonly stages: readonly string[];
  /** Path that mints it: nothing to rotate, leases to end. */
  readonly dynamic: string | null;
  /** Address in another manager. */
  readonly from: string | null;
}

/** A secret that a pipeline takes from its host, and which no project of the store declares. */
export interface HostSecret {
  readonly name: string;
  readonly system: string | null;
  readonly environment: string | null;
  readonly owner: string | null;
  /** Where it is handed over: `train.yml:train`. */
  readonly job: string;
}

export interface ReachedRole {
  /** As the pipeline names it. */
  readonly name: string;
  /** `aws`, `google` … */
  readonly system: string;
  readonly title: string;
  readonly owner: string | null;
}

export interface Place {
  readonly kind: "log" | "cache" | "artifact" | "runner";
  readonly text: string;
}

/** Facts, each from whoever knows them: pipeline files, the declaration, the store. */
export interface IncidentFacts {
  readonly target: Target;
  readonly repository: { readonly host: string; readonly owner: string; readonly name: string } | null;
  readonly workflows: readonly { readonly path: string; readonly owner: string | null }[];
  readonly roles: readonly ReachedRole[];
  readonly hostSecrets: readonly HostSecret[];
  readonly secrets: readonly ReachedSecret[];
  /** Whose tokens are ended. */
  readonly stages: readonly {
    readonly project: string;
    readonly stage: string;
    readonly environment: string;
  }[];
  readonly run: string | null;
  readonly places: readonly Place[];
  /** `what was deployed to Kubernetes` */
  readonly review: readonly string[];
  /** Hosts that the stages may reach. */
  readonly destinations: readonly string[];
  /** Who answers where nobody else does. */
  readonly owner: string | null;
}

export const STEPS = [
  "disable the workflow",
  "revoke cloud sessions and trust",
  "rotate the secrets it could reach",
  "invalidate registry tokens",
  "rebuild from a clean runner",
  "review what was touched",
  "restore",
] as const;

/** What can be done by command; data alone, carried out by an executor of that name. */
export type Action =
  | {
      readonly do: "disable-workflow";
      readonly host: string;
      readonly owner: string;
      readonly name: string;
      readonly path: string;
    }
  | { readonly do: "revoke-run"; readonly run: string }
  | {
      readonly do: "revoke-tokens";
      readonly project: string;
      readonly stage: string;
      readonly environment: string;
    }
  | {
      readonly do: "close-logins";
      readonly project: string;
      readonly stage: string;
      readonly environment: string;
    }
  | { readonly do: "revoke-leases"; readonly prefix: string }
  | { readonly do: "aws-sessions"; readonly role: string }
  | { readonly do: "aws-trust"; readonly role: string; readonly owner: string; readonly name: string }
  | { readonly do: "rotate"; readonly project: string; readonly environment: string; readonly secret: string }
  | { readonly do: "search" };

export interface PlanItem {
  /** `3.2`: the second item of step 3. */
  readonly id: string;
  /** 1 to 7. */
  readonly step: number;
  /** Lower case, no full stop. */
  readonly title: string;
  readonly owner: string;
  /** What a person would type or where he would go. */
  readonly command: string;
  readonly breaks: string;
  readonly proof: string;
  /** null: people act. */
  readonly action: Action | null;
}

export interface Plan {
  readonly target: Target;
  readonly items: readonly PlanItem[];
}

export const itemStates = ["waiting", "doing", "done", "failed", "excused"] as const;
export type ItemState = (typeof itemStates)[number];

/** Times RFC 3339. */
export interface ItemStatus {
  readonly id: string;
  readonly state: ItemState;
  readonly by: string;
  readonly time: string | null;
  /** What proves it, or why it failed or is excused. */
  readonly note: string;
}

export interface TimelineEvent {
  readonly time: string;
  readonly by: string;
  readonly what: string;
}

export interface IncidentRecord {
  readonly id: string;
  readonly state: "open" | "closed";
  readonly target: Target;
  readonly created: string;
  readonly closed: string | null;
  readonly by: string;
  readonly plan: readonly PlanItem[];
  readonly items: readonly ItemStatus[];
  readonly timeline: readonly TimelineEvent[];
}
