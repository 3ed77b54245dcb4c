/** The registry of drivers, and which one a credential gets: what the declaration names, the provider's key API, code, a person. */
import type { Secret } from "../../core/secret.ts";
import type { Provider } from "../../providers/types.ts";
import type { Settings } from "../types.ts";
import { awsIam } from "./aws-iam.ts";
import { person } from "./person.ts";
import { disableOnly, keyApiFor, plainHttp } from "./plain-http.ts";
import { postgresRoles } from "./postgres.ts";
import { script } from "./script.ts";
import type { Driver } from "./types.ts";
import { webhook } from "./webhook.ts";

export const rotationDrivers: readonly Driver[] = [
  plainHttp,
  disableOnly,
  awsIam,
  postgresRoles,
  script,
  webhook,
  person,
];

const byId = new Map(rotationDrivers.map((driver) => [driver.id, driver]));

/** Undefined for a driver that this version does not have. */
export const driverById = (id: string): Driver | undefined => byId.get(id);

/** The id of the driver; `parts` of the credential as it is. */
export function driverFor(
  provider: Provider,
  settings: Pick<Settings, "script" | "webhook">,
  parts: ReadonlyMap<string, Secret>,
): string {
  if (settings.script !== undefined) return "script";
  if (settings.webhook !== undefined) return "webhook";
  const api = keyApiFor(provider.rotate.calls ?? [], parts);
  if (api !== null) return api.mint === undefined ? disableOnly.id : plainHttp.id;
  const coded = byId.get(provider.rotate.driver ?? "");
  return coded?.needs?.every((part) => parts.has(part)) === true ? coded.id : person.id;
}
