/**
 * What every command is given: where it runs, how it speaks and asks, and the way to the API. With BULKHEAD_ADDR that is a
 * server; without, the local store is opened in this process and the same calls are answered by it.
 */
import { existsSync } from "node:fs";
import type { ApiClient } from "../client/index.ts";
import { BulkheadError } from "../core/errors.ts";
import { Secret } from "../core/secret.ts";
import { type HomePaths, bulkheadHome } from "../server/home.ts";
import type { Input } from "./input.ts";
import type { Output } from "./output.ts";
import { hasStoreAddress } from "./store-setting.ts";

export interface Api {
  readonly client: ApiClient;
  readonly where: "local" | "server";
  /** The server's address; null: the local store. */
  readonly address: string | null;
  /** Whether the caller is the local store's operator. */
  readonly operator: boolean;
  /** The local store's background work, which a server does by itself. */
  readonly tidy?: () => Promise<unknown>;
}

export class Context {
  readonly env: NodeJS.ProcessEnv;
  readonly out: Output;
  #home: HomePaths | null = null;
  #api: Promise<Api> | null = null;
  readonly #closers: (() => Promise<void> | void)[] = [];

  constructor({ env, out }: { env: NodeJS.ProcessEnv; out: Output }) {
    this.env = env;
    this.out = out;
  }

  /** Where the local store is. Throws `home.none`. */
  get home(): HomePaths {
    this.#home ??= bulkheadHome(this.env);
    return this.#home;
  }

  get cwd(): string {
    return process.cwd();
  }

  /** Where the API is: the server's address, or null for the local store. */
  get address(): string | null {
    return this.env.BULKHEAD_ADDR || null;
  }

  /** Whether there is a store to open without a server. */
  get hasLocalStore(): boolean {
    return this.address === null && (hasStoreAddress(this.env) || existsSync(this.home.store));
  }

  async input(): Promise<Input> {
    const { Input: Terminal } = await import("./input.ts");
    return new Terminal();
  }

  /** The API with the caller's token. Opened once; closed when the command ends. */
  api(): Promise<Api> {
    this.#api ??= this.address === null ? this.#openLocal() : this.#openServer(this.address);
    return this.#api;
  }

  /** A client of the server without a token, for logging in. */
  async anonymous(address: string): Promise<ApiClient> {
    const [{ ApiClient: Client }, { httpTransport }] = await Promise.all([
      import("../client/index.ts"),
      import("../client/http.ts"),
    ]);
    const caFile = this.env.BULKHEAD_CACERT || undefined;
    const { send, close } = httpTransport({ address, caFile });
    this.onClose(close);
    return new Client({ transport: send });
  }

  onClose(close: () => Promise<void> | void): void {
    this.#closers.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        process.exitCode = this.out.error(error, "close") || 1;
      }
    }
  }

  async #openServer(address: string): Promise<Api> {
    const client = await this.anonymous(address);
    const token = this.#givenToken() ?? (await this.#loginToken(address));
    if (token === null) throw new BulkheadError("login.none", { address });
    return { client: client.with(token), where: "server", address, operator: false };
  }

  async #openLocal(): Promise<Api> {
    const [{ ApiClient: Client }, { openLocalStore }] = await Promise.all([
      import("../client/index.ts"),
      import("./local-store.ts"),
    ]);
    const kernel = await openLocalStore(this);
    const token = this.#givenToken();
    const client = new Client({ transport: kernel.handle, token: token ?? kernel.operatorToken });
    const tidy = (): Promise<boolean> => kernel.kernel.tidy();
    return { client, where: "local", address: null, operator: token === null, tidy };
  }

  #givenToken(): Secret | null {
    return this.env.BULKHEAD_TOKEN ? Secret.copy(this.env.BULKHEAD_TOKEN) : null;
  }

  async #loginToken(address: string): Promise<Secret | null> {
    const { readLogin } = await import("./login-file.ts");
    return readLogin(this.home.login, address);
  }
}
