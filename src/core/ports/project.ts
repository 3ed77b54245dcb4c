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
}
