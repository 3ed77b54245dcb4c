/**
 * Level 3: a network of the job's own in which nothing is but a listener on its loopback, and behind that the allowlisting proxy. The
 * listener is made inside and handed out, so that nothing of the proxy runs within the job's reach: a socket belongs to the network in
 * which it was made, whoever holds it. The same small program tries what a job must not reach.
 */
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { type AddressInfo, Server, type Socket, createServer } from "node:net";
import { HELPER, isSingleExecutable } from "../core/packaged.ts";
import { type Destination, EgressProxy, type EgressRules, proxyVariables } from "../egress/index.ts";
import { CLOSED_NETWORK, PROGRAM } from "./closed-network-program.ts";
import type { NetworkFacts } from "./isolate.ts";
import { METADATA_ADDRESSES } from "./metadata.ts";
import { quote } from "./sandbox.ts";

interface Said {
  readonly seen: readonly string[];
}

export class ClosedNetwork {
  readonly #proxy: EgressProxy;
  readonly #rules: EgressRules;
  readonly #canaries: readonly Server[];
  readonly #name: string;
  #inside: Server | null = null;
  #port = 0;
  #facts: NetworkFacts | null = null;

  private constructor(rules: EgressRules, canaries: readonly Server[], name: string) {
    this.#rules = rules;
    this.#proxy = new EgressProxy({ rules });
    this.#canaries = canaries;
    this.#name = name;
  }

  /** Listens where only a job with this machine's network could connect. */
  static async open(rules: EgressRules): Promise<ClosedNetwork> {
    const name = `bulkhead-canary-${randomBytes(12).toString("hex")}`;
    const canaries = await Promise.all([
      listening((server, done) => server.listen(0, "127.0.0.1", done)),
      listening((server, done) => server.listen(`\0${name}`, done)),
    ]);
    return new ClosedNetwork(rules, canaries, name);
  }

  /** Shell text for the init, which has the channel as descriptor 5. */
  script(): string {
    const { port } = this.#canaries[0]?.address() as AddressInfo;
    const asked = quote(JSON.stringify({ port, name: this.#name }));
    const words = isSingleExecutable()
      ? [process.execPath, HELPER, CLOSED_NETWORK]
      : [process.execPath, "--disable-sigusr1", "-e", PROGRAM];
    const node = `${words.map(quote).join(" ")} ${asked}`;
    return `NODE_CHANNEL_FD=5 NODE_CHANNEL_SERIALIZATION_MODE=json ${node} </dev/null >/dev/null 3<&- 4<&- 8>&-`;
  }

  /** Takes the listener that the program inside hands out, and serves it. */
  attach(child: ChildProcess): void {
    child.once("message", (message, handle) => {
      this.#serve(message as Said, handle)
        .catch(() => undefined) // then there are no facts, and the level says so
        .finally(() => {
          if (child.connected) child.disconnect();
        });
    });
  }

  async #serve({ seen }: Said, handle: unknown): Promise<void> {
    if (!(handle instanceof Server)) return;
    this.#inside = handle;
    this.#port = (handle.address() as AddressInfo).port;
    handle.on("connection", (socket: Socket) => this.#proxy.accept(socket));
    // Inside there is no way to it but the proxy, which is asked; nothing is sent there.
    const metadata = await Promise.all(METADATA_ADDRESSES.map((address) => this.#proxy.allows(address, 80)));
    this.#facts = { seen: metadata.includes(true) ? [...seen, "metadata"] : seen };
  }

  /** What the program found, null while it has not spoken. */
  get facts(): NetworkFacts | null {
    return this.#facts;
  }

  /** By which the job finds the proxy. */
  variables(): Record<string, string> {
    const loopback = ["localhost", "127.0.0.1", "::1"].filter((host) => this.#rules.covers(host));
    return proxyVariables(`http://127.0.0.1:${this.#port}`, loopback);
  }

  /** The probes are over. */
  endProbes(): void {
    for (const server of this.#canaries) server.close();
  }

  /** Gives what the job asked of the network. */
  async close(): Promise<readonly Destination[]> {
    this.endProbes();
    this.#inside?.close();
    await this.#proxy.close();
    return this.#proxy.destinations();
  }
}

async function listening(listen: (server: Server, done: () => void) => void): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    listen(server, resolve);
  });
  return server;
}
