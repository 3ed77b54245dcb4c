/**
 * The audit devices of this process and the chained log, which is always among them: an entry counts as recorded when one of them
 * took it (a datagram takes nothing: nobody confirms it). None waits for another. Devices come from the server's configuration
 * and from the store (`sys/audit`); whoever holds the store says which these are.
 */
import { type Clock, systemClock } from "../core/clock.ts";
import { BulkheadError } from "../core/errors.ts";
import { Device, type Gap, gapEntry, reasonOf } from "./device.ts";
import { sinkTypes } from "./sinks/index.ts";
import { badDevice, flag } from "./sinks/options.ts";
import type { SinkRules } from "./sinks/types.ts";
import type { AuditLog } from "./types.ts";

export interface AuditDeviceSpec {
  /** With a slash at the end: `file/`. */
  readonly path: string;
  /** `file`, `socket`, `stdout`, `syslog`, `http`, `webhook`. */
  readonly type: string;
  readonly description: string;
  /** Kept for clients: every node opens every device. */
  readonly local: boolean;
  readonly options: Readonly<Record<string, string>>;
}

/** The chained log, as clients see it: always there, not to be disabled. */
export const BUILT_IN_DEVICE: AuditDeviceSpec = {
  path: "chain/",
  type: "chain",
  description: "hash-chained log of every request",
  local: true,
  options: {},
};

/** An entry in the forms it is written in. */
export interface AuditEntry {
  /** For the chained log (types.ts, `append`). */
  readonly chained: object;
  /** Vault's JSON form for devices; asked for at most once for each form. */
  vault(form: VaultForm): string;
  /** The request was carried out: on a full disk the reserve is for such. */
  readonly carriedOut: boolean;
}

export interface VaultForm {
  /** False: the accessor stands in clear. */
  readonly hmacAccessor: boolean;
}

export interface AuditDevicesConfig {
  readonly log: AuditLog;
  /** From the server's configuration: open from the start, not to be changed over the API. */
  readonly configured?: readonly AuditDeviceSpec[];
  /** Whether devices may be made over the API (with the guards of `SinkRules`). Default true. */
  readonly api?: boolean;
  readonly protectedFolders?: readonly string[];
  /** For `stdout` devices; absent: such devices are left to the servers (a command's standard output is its own). */
  readonly standardOutput?: NodeJS.WritableStream;
  readonly clock?: Clock;
  readonly onEvent?: (event: string, fields: Readonly<Record<string, string | number>>) => void;
}

const COMMON_OPTIONS = ["format", "prefix", "hmac_accessor", "log_raw", "elide_list_responses"];
const PREFIX = /^[ -~]{0,64}$/;

interface Open {
  readonly spec: AuditDeviceSpec;
  readonly device: Device;
  readonly form: VaultForm;
}

/** Opens the configured devices. Throws `audit.bad-device` for one whose options are wrong. */
export function openAuditDevices(config: AuditDevicesConfig): AuditDevices {
  return new AuditDevices(config);
}

export class AuditDevices {
  readonly #config: AuditDevicesConfig;
  readonly #clock: Clock;
  readonly #configured = new Map<string, Open>();
  #stored = new Map<string, Open>();
  /** Of the chained log. */
  #gap: Gap | null = null;

  constructor(config: AuditDevicesConfig) {
    this.#config = config;
    this.#clock = config.clock ?? systemClock;
    for (const spec of config.configured ?? []) {
      if (this.#configured.has(spec.path)) throw badDevice(`two devices are configured at ${spec.path}`);
      this.#configured.set(spec.path, this.#open(spec, false));
    }
  }

  get log(): AuditLog {
    return this.#config.log;
  }

  /** Whether the API may make devices. */
  get mayBeMade(): boolean {
    return this.#config.api !== false;
  }

  configured(): readonly AuditDeviceSpec[] {
    return [...this.#configured.values()].map(({ spec }) => spec);
  }

  /** Resolves when one took it; rejects with `audit.unwritable` when none did. */
  async record(entry: AuditEntry): Promise<void> {
    const chained = this.#chain(entry);
    const open = [...this.#configured.values(), ...this.#stored.values()];
    if (open.length === 0) return await chained;
    const forms = new Map<boolean, string>();
    const taken = [chained];
    for (const { device, form } of open) {
      const json = forms.get(form.hmacAccessor) ?? entry.vault(form);
      forms.set(form.hmacAccessor, json);
      const taking = device.take(json);
      if (device.confirms) taken.push(taking);
      else taking.catch(() => undefined);
    }
    try {
      await Promise.any(taken);
    } catch {
      await chained; // says what is wrong with the log that is always there
    }
  }

  /** What the store says there is: opens what is new, closes what is gone. One that cannot be opened here is out of service. */
  use(specs: readonly AuditDeviceSpec[]): void {
    const before = this.#stored;
    this.#stored = new Map();
    for (const spec of specs) {
      const known = before.get(spec.path);
      if (known !== undefined && JSON.stringify(known.spec) === JSON.stringify(spec)) {
        this.#stored.set(spec.path, known);
        before.delete(spec.path);
      } else if (!this.#configured.has(spec.path)) this.#tryOpen(spec);
    }
    for (const { device } of before.values()) device.close().catch(() => undefined);
  }

  /** Opens a device as `use` would and sends it a test entry. Throws `audit.bad-device`. */
  async test(spec: AuditDeviceSpec, json: string): Promise<void> {
    const { device } = this.#open(spec, true);
    try {
      await device.test(json);
    } catch (cause) {
      throw new BulkheadError(
        "audit.bad-device",
        { problem: `audit backend failed test message: ${reasonOf(cause)}` },
        { cause },
      );
    } finally {
      await device.close();
    }
  }

  /** After somebody moved the files. */
  reopen(): void {
    for (const { device } of [...this.#configured.values(), ...this.#stored.values()]) device.reopen();
  }

  /** Not the chained log: whoever opened it closes it. */
  async close(): Promise<void> {
    const open = [...this.#configured.values(), ...this.#stored.values()];
    await Promise.all(open.map(({ device }) => device.close()));
  }

  #tryOpen(spec: AuditDeviceSpec): void {
    try {
      this.#stored.set(spec.path, this.#open(spec, true));
    } catch (error) {
      // as a command, whose standard output is its own; or a folder that this node has not
      this.#tell("audit device not opened", { device: spec.path, reason: reasonOf(error) });
    }
  }

  #open(spec: AuditDeviceSpec, guarded: boolean): Open {
    const type = sinkTypes.find((one) => one.type === spec.type);
    if (type === undefined) throw badDevice(`unknown backend type: "${spec.type.slice(0, 100)}"`);
    const { options } = spec;
    checkCommon(options, guarded);
    const unknown = Object.keys(options).find((name) => ![...COMMON_OPTIONS, ...type.options].includes(name));
    const rules: SinkRules = {
      guarded,
      protectedFolders: this.#config.protectedFolders ?? [],
      standardOutput: this.#config.standardOutput ?? null,
    };
    const open = type.open(options, rules);
    if (unknown !== undefined)
      throw badDevice(`${type.type} devices have no option ${unknown.slice(0, 100)}`);
    const device = new Device({
      ...open,
      path: spec.path,
      prefix: options.prefix ?? "",
      now: () => this.#clock.now(),
      onEvent: (event, fields) => this.#tell(event, fields),
    });
    return { spec, device, form: { hmacAccessor: flag(options, "hmac_accessor", true) } };
  }

  /** The entry into the chained log, behind what is to be said of a gap. */
  async #chain({ chained, carriedOut }: AuditEntry): Promise<void> {
    const { log } = this.#config;
    const gap = this.#gap;
    this.#gap = null;
    const now = this.#clock.now();
    if (gap !== null)
      log.append(gapEntry(gap, BUILT_IN_DEVICE.path, now)).catch(() => {
        this.#gap = { ...gap, entries: gap.entries + (this.#gap?.entries ?? 0) };
      });
    try {
      await log.append(chained, { mayUseReserve: carriedOut });
    } catch (error) {
      if (error instanceof BulkheadError) {
        this.#gap ??= { since: now, entries: 0, reason: String(error.details.reason) };
        this.#gap.entries++;
      }
      throw error;
    }
  }

  #tell(event: string, fields: Readonly<Record<string, string | number>>): void {
    this.#config.onEvent?.(event, fields);
  }
}

function checkCommon(options: AuditDeviceSpec["options"], guarded: boolean): void {
  const { format = "", prefix = "" } = options;
  if (format === "jsonx")
    throw badDevice(
      'jsonx formatting has been removed, consider switching to json by omitting "format" or setting it to "json"',
    );
  if (format !== "" && format !== "json") throw badDevice(`unknown format type "${format.slice(0, 100)}"`);
  if (flag(options, "log_raw", false)) throw badDevice("log_raw would write secrets into the log");
  if (!flag(options, "elide_list_responses", true))
    throw badDevice("the answers to lists always stand as their length: leave elide_list_responses out");
  if (!PREFIX.test(prefix)) throw badDevice("prefix has at most 64 printable characters");
  if (guarded && prefix !== "") throw badDevice("prefix can be set in the server's configuration only");
}
