/**
 * The model API's key endpoint, as its reference describes it: service accounts of one project, made and deleted with an admin key. What is
 * deleted is refused at once by the API itself.
 */
import { randomBytes } from "node:crypto";
import { fake } from "../../test/support/fake.ts";
import type { Reply, ServiceRequest } from "./http.ts";

export const PROJECT = "proj_fraud";

interface Account {
  readonly id: string;
  readonly name: string;
  readonly key: string;
}

export interface KeyDoor {
  accept(key: string): void;
  revoke(key: string): void;
}

const BASE = `/v1/organization/projects/${PROJECT}`;
const notFound: Reply = {
  status: 404,
  body: { error: { message: "not found", type: "invalid_request_error" } },
};
const shortened = (key: string): string => `${key.slice(0, 8)}*****${key.slice(-4)}`;

/** `first` is the key that stands already. Gives null for what is no request about keys; whoever calls has checked the admin key. */
export function keyEndpoint(first: string, door: KeyDoor): (request: ServiceRequest) => Reply | null {
  const accounts: Account[] = [{ id: "user-fraud-first", name: "fraud-detector", key: first }];
  return ({ method, path, body }) => {
    if (!path.startsWith("/v1/organization/")) return null;
    if (!path.startsWith(`${BASE}/`)) return notFound;
    const [kind, id] = path.slice(BASE.length + 1).split("/");
    if (kind === "api_keys" && method === "GET")
      return list(
        accounts.map(({ id: owner, name, key }) => ({
          object: "organization.project.api_key",
          id: `key_${owner}`,
          name,
          redacted_value: shortened(key),
          owner: { type: "service_account", service_account: { id: owner, name } },
        })),
      );
    if (kind !== "service_accounts") return notFound;
    if (method === "GET")
      return list(
        accounts.map((one) => ({
          object: "organization.project.service_account",
          id: one.id,
          name: one.name,
        })),
      );
    if (method === "POST" && id === undefined) {
      const { name } = JSON.parse(body.toString("utf8")) as { name: string };
      const made = { id: `svc_acct_${randomBytes(6).toString("hex")}`, name, key: fake("sk-svcacct-", 60) };
      accounts.push(made);
      door.accept(made.key);
      return {
        status: 200,
        body: {
          object: "organization.project.service_account",
          id: made.id,
          name,
          role: "member",
          api_key: {
            object: "organization.project.service_account.api_key",
            value: made.key,
            name: "Secret Key",
            id: `key_${made.id}`,
          },
        },
      };
    }
    const found = accounts.findIndex((one) => one.id === id);
    if (method !== "DELETE" || found < 0) return notFound;
    for (const { key } of accounts.splice(found, 1)) door.revoke(key);
    return {
      status: 200,
      body: { object: "organization.project.service_account.deleted", id, deleted: true },
    };
  };
}

const list = (data: readonly object[]): Reply => ({
  status: 200,
  body: { object: "list", data, has_more: false },
});
