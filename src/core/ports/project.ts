/** One project as `apply` declares it: what the value index and the inventory need of a manifest. Never a value. */
export interface DeclaredProject {
  readonly name: string;
  readonly owner?: string;
  readonly environments: Readonly<
    Record<string, { readonly production?: boolean; readonly people?: boolean }>
  >;
  readonly secrets: Readonly<Record<string, DeclaredSecretSummary>>;
  readonly stages: Readonly<Record<string, { readonly use: readonly string[] }>>;
}

export interface DeclaredSecretSummary {
  readonly provider?: string;
  readonly kind?: string;
  readonly owner?: string;
  readonly purpose?: string;
  /** Fields that are no secret. */
  readonly plain: readonly string[];
  /** Why several stages use it. */
  readonly shared?: string;
  /** Where its value stands besides. Left out: nowhere, and `fields` and `variables` are too. */
  readonly push?: readonly DeclaredPush[];
  /** Of a pushed one: its fields, where they are known. */
  readonly fields?: readonly string[];
  /** Of a pushed one: the variable under which a stage takes a field, by field. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** One place in which a value must stand besides. */
export interface DeclaredPush {
  /** `github`, `gitlab`, `kubernetes` … */
  readonly target: string;
  /** As written, with `{env}`. */
  readonly settings: Readonly<Record<string, string>>;
  /** Its name there. */
  readonly as?: string;
  /** The secret whose value is the token. */
  readonly with?: string;
  /** Environments; empty: what the settings say. */
  readonly for: readonly string[];
}
