/** Parts of a job that GitLab has by itself: environments, containers, tokens, secrets of managers, artifacts, caches. */
import { system } from "../../effects/systems.ts";
import type {
  Container,
  EnvironmentUse,
  IdToken,
  ManagedSecret,
  Matrix,
  Runner,
  Setting,
  Text,
} from "../../model.ts";
import type { YamlEntry, YamlMap } from "../../yaml/types.ts";
import { get, isEmpty } from "../reader.ts";
import type { LabReader } from "./lab-reader.ts";
import { textsOf } from "./merge.ts";

export function readEnvironment(
  reader: LabReader,
  entry: YamlEntry | undefined,
  env: readonly Setting[],
): EnvironmentUse | null {
  if (entry === undefined || isEmpty(entry.value)) return null;
  const map = entry.value.kind === "map" ? entry.value : null;
  const name = reader.optional(map === null ? entry : get(map, "name"));
  const value = name === null ? null : expanded(name, env);
  return {
    span: reader.span(entry),
    name,
    url: reader.optional(get(map, "url")),
    constant: value,
    candidates: value === null ? [] : [value],
    tier: reader.optional(get(map, "deployment_tier"))?.value ?? null,
  };
}

/** With variables of the file put in; null when others remain. */
function expanded({ value }: Text, env: readonly Setting[]): string | null {
  let open = false;
  const text = value.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    const known = env.find(({ name }) => name === (braced ?? bare));
    if (known === undefined || known.value.value.includes("$")) open = true;
    return known?.value.value ?? whole;
  });
  return open ? null : text;
}

export function readContainer(
  reader: LabReader,
  entry: { readonly value: YamlEntry["value"] } | undefined,
  service: boolean,
): Container | null {
  if (entry === undefined || isEmpty(entry.value) || entry.value.kind === "list") return null;
  const map = entry.value.kind === "map" ? entry.value : null;
  const image =
    map === null
      ? entry.value.kind === "scalar"
        ? reader.text(entry.value)
        : null
      : reader.optional(get(map, "name"));
  const alias = reader.optional(get(map, "alias"));
  return {
    span: entry.value,
    name: service ? (alias?.value ?? image?.value ?? "") : null,
    image,
    // Credentials are in `DOCKER_AUTH_CONFIG`, a variable.
    username: null,
    password: null,
    env: reader.variables(get(map, "variables")),
    volumes: [],
    options: null,
  };
}

export function readServices(reader: LabReader, entry: YamlEntry | undefined): Container[] {
  if (entry?.value.kind !== "list") return [];
  return entry.value.items.flatMap((value) => {
    const container = readContainer(reader, { value }, true);
    return container === null ? [] : [container];
  });
}

export function readIdTokens(reader: LabReader, entry: YamlEntry | undefined): IdToken[] {
  return (reader.map(entry)?.entries ?? []).map((token) => ({
    name: token.name,
    span: reader.span(token),
    audiences: textsOf(token.value.kind === "map" ? get(token.value, "aud")?.value : undefined).map((one) =>
      reader.text(one),
    ),
  }));
}

/** Keys of `secrets:` and whose they are, with the key that says where the secret stands. */
const MANAGERS: Readonly<Record<string, readonly [system: string, where: string]>> = {
  vault: ["vault", "path"],
  azure_key_vault: ["azure", "name"],
  gcp_secret_manager: ["google", "name"],
  aws_secrets_manager: ["aws", "secret_id"],
  akeyless: ["akeyless", "name"],
  gitlab_secrets_manager: ["gitlab", "name"],
};

export function readManaged(reader: LabReader, entry: YamlEntry | undefined): ManagedSecret[] {
  return (reader.map(entry)?.entries ?? []).flatMap((secret) => {
    const body = reader.map(secret);
    const key = body?.entries.find(({ name }) => Object.hasOwn(MANAGERS, name));
    const [id, where] = MANAGERS[key?.name ?? ""] ?? [];
    if (body === null || key === undefined || id === undefined || where === undefined) {
      if (body !== null)
        reader.say("unknown-key", `\`${secret.name}\` names no manager that is known`, secret.nameSpan);
      return [];
    }
    const path =
      key.value.kind === "scalar"
        ? reader.text(key.value)
        : reader.optional(get(key.value.kind === "map" ? key.value : null, where));
    return [
      {
        name: secret.name,
        span: reader.span(secret),
        manager: system(id),
        path,
        token: reader.optional(get(body, "token")),
      },
    ];
  });
}

export function readRunner(reader: LabReader, entry: YamlEntry | undefined): Runner | null {
  if (entry === undefined || isEmpty(entry.value)) return null;
  const labels = textsOf(entry.value).map((one) => reader.text(one));
  const every = (pattern: RegExp): boolean =>
    labels.length > 0 && labels.some(({ value }) => pattern.test(value));
  return {
    span: reader.span(entry),
    labels,
    group: null,
    hosting: every(/^self-hosted$/i)
      ? "self-hosted"
      : every(/^saas-(?:linux|windows|macos)-/)
        ? "hosted"
        : "unknown",
  };
}

/** `parallel:matrix`: every map is a product of its own. */
export function readMatrix(reader: LabReader, entry: YamlEntry | undefined): Matrix | null {
  const body = entry?.value.kind === "map" ? get(entry.value, "matrix") : undefined;
  if (body?.value.kind !== "list") return null;
  const dimensions = new Map<string, Text[]>();
  for (const item of body.value.items)
    for (const { name, value } of item.kind === "map" ? item.entries : [])
      dimensions.set(name, [
        ...(dimensions.get(name) ?? []),
        ...textsOf(value).map((one) => reader.text(one)),
      ]);
  return { span: reader.span(body), value: reader.value(body.value), dimensions, dynamic: false };
}

export interface Needs {
  /** Jobs of this pipeline. */
  readonly jobs: readonly { readonly name: Text; readonly artifacts: boolean }[];
  /** Jobs of other projects or pipelines. */
  readonly foreign: readonly Text[];
}

/** Null: stages decide. */
export function readNeeds(reader: LabReader, entry: YamlEntry | undefined): Needs | null {
  if (entry === undefined || entry.value.kind !== "list") return null;
  const jobs: { readonly name: Text; readonly artifacts: boolean }[] = [];
  const foreign: Text[] = [];
  for (const item of entry.value.items.flatMap((one) => (one.kind === "list" ? one.items : [one]))) {
    if (item.kind === "scalar") jobs.push({ name: reader.text(item), artifacts: true });
    else if (item.kind === "map") {
      const name = reader.optional(get(item, "job"));
      if (name === null) continue;
      const artifacts = !/^false$/i.test(reader.optional(get(item, "artifacts"))?.value ?? "true");
      if (get(item, "project") !== undefined || get(item, "pipeline") !== undefined) {
        if (artifacts) foreign.push(name);
      } else jobs.push({ name, artifacts });
    }
  }
  return { jobs, foreign };
}

/** Which of the file's variables a job takes: `inherit:variables`. */
export function inherits(body: YamlMap, what: "default" | "variables"): (name: string) => boolean {
  const entry = get(body, "inherit")?.value;
  const value = entry?.kind === "map" ? get(entry, what)?.value : undefined;
  if (value?.kind === "scalar") return /^false$/i.test(value.value) ? () => false : () => true;
  if (value?.kind !== "list") return () => true;
  const names = new Set(textsOf(value).map((one) => one.value));
  return (name) => names.has(name);
}
