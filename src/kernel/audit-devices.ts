/**
 * Which audit devices there are, as `sys/audit` sets them: one row of the barrier, which every node (and process) reads again when
 * the store changed, and opens for itself.
 */
import { type AuditDeviceSpec, type AuditDevices, BUILT_IN_DEVICE } from "../audit-log/index.ts";
import { BulkheadError } from "../core/errors.ts";
import { uuid } from "../core/ids.ts";
import type { Barrier } from "./barrier/index.ts";
import { RowCache, decodeRow, encodeRow } from "./row-cache.ts";
import type { AuditDeviceService } from "./services.ts";

const PREFIX = "core/";
const ROW = "audit-devices";
const MOST_DEVICES = 32;
const PATH = /^[A-Za-z0-9_.-]{1,64}(\/[A-Za-z0-9_.-]{1,64}){0,7}$/;
/** Options that hold a credential of the device's own. */
const UNSHOWN = new Set(["headers"]);

const none: readonly AuditDeviceSpec[] = [];

export class StoredDevices implements AuditDeviceService {
  readonly #devices: AuditDevices;
  readonly #barrier: Barrier;
  readonly #rows: RowCache<readonly AuditDeviceSpec[]>;
  readonly #now: () => number;
  #used: readonly AuditDeviceSpec[] = none;

  constructor(devices: AuditDevices, barrier: Barrier, now: () => number) {
    this.#devices = devices;
    this.#barrier = barrier;
    this.#now = now;
    this.#rows = new RowCache(barrier, PREFIX, (bytes) => (bytes === null ? none : decodeRow(bytes)));
  }

  /** Opens and closes devices as the store has them at this change token. */
  async refresh(seen?: string): Promise<void> {
    const specs = await this.#rows.get(ROW, seen);
    if (specs === this.#used) return;
    this.#used = specs;
    this.#devices.use(specs);
  }

  async list(): Promise<AuditDeviceSpec[]> {
    const all = [...this.#devices.configured(), ...(await this.#rows.get(ROW))];
    return [BUILT_IN_DEVICE, ...all].map((spec) => ({ ...spec, options: shown(spec.options) }));
  }

  async isKnown(path: string): Promise<boolean> {
    return (await this.list()).some((spec) => spec.path === slashed(path));
  }

  async enable(given: AuditDeviceSpec): Promise<void> {
    const spec = { ...given, path: slashed(given.path) };
    if (!this.#devices.mayBeMade) throw new BulkheadError("audit.api-off");
    if (!PATH.test(spec.path.slice(0, -1)))
      throw new BulkheadError("audit.bad-device", { problem: "the path of a device is made of words" });
    free(spec.path, await this.list());
    await this.#devices.test(spec, this.#testEntry());
    await this.#barrier.view(PREFIX).transaction(async (tx) => {
      const row = await tx.get(ROW);
      const stored = row === null ? none : decodeRow<readonly AuditDeviceSpec[]>(row);
      free(spec.path, stored);
      if (stored.length >= MOST_DEVICES)
        throw new BulkheadError("audit.bad-device", { problem: `there are ${MOST_DEVICES} devices already` });
      tx.put(ROW, encodeRow([...stored, spec]));
    });
    await this.refresh();
  }

  async disable(given: string): Promise<void> {
    const path = slashed(given);
    if (path === BUILT_IN_DEVICE.path || this.#devices.configured().some((spec) => spec.path === path))
      throw new BulkheadError("audit.fixed-device", { path });
    await this.#barrier.view(PREFIX).transaction(async (tx) => {
      const row = await tx.get(ROW);
      const stored = row === null ? none : decodeRow<readonly AuditDeviceSpec[]>(row);
      const left = stored.filter((spec) => spec.path !== path);
      if (left.length < stored.length) tx.put(ROW, encodeRow(left));
    });
    await this.refresh();
  }

  clear(): void {
    this.#rows.clear();
  }

  #testEntry(): string {
    return JSON.stringify({
      time: new Date(this.#now()).toISOString(),
      type: "request",
      auth: { token_type: "default" },
      request: { id: uuid(), operation: "update", namespace: { id: "root" }, path: "sys/audit/test" },
    });
  }
}

const slashed = (path: string): string => `${path.replace(/\/+$/, "")}/`;

/** No device lies below another. */
function free(path: string, known: readonly AuditDeviceSpec[]): void {
  if (known.some((spec) => spec.path.startsWith(path) || path.startsWith(spec.path)))
    throw new BulkheadError("audit.bad-device", { problem: "path already in use" });
}

function shown(options: AuditDeviceSpec["options"]): AuditDeviceSpec["options"] {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, UNSHOWN.has(name) ? "[redacted]" : value]),
  );
}
