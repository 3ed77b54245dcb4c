/** `crls/`: revocation lists that logins are checked against. */
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { readCrl } from "../../x509/crl.ts";
import { readPem } from "../../x509/pem.ts";
import { CRL, type Store } from "./store.ts";

const invalid = (problem: string): BulkheadError => new BulkheadError("cert.invalid", { problem });

function listName({ params }: Call): string {
  const name = params.name ?? "";
  if (!/^\w[\w.-]{0,253}$/.test(name)) throw new BulkheadError("request.unsupported-path");
  return name;
}

async function write(call: Call): Promise<undefined> {
  const text = call.fields.string("crl") ?? "";
  if ((call.fields.string("url") ?? "") !== "")
    throw invalid("fetching lists from a URL is not offered: send the list itself as `crl`");
  if (text === "") throw invalid("one of 'crl' or 'url' must be provided");
  const name = listName(call);
  try {
    const [block] = readPem(text);
    const der = block?.label === "X509 CRL" ? block.der : Buffer.from(text, "base64");
    readCrl(der);
    await call.storage.put(CRL + name, der);
  } catch (error) {
    if (!isBulkheadError(error) || error.code !== "x509.malformed") throw error;
    throw invalid("failed to parse CRL: it is no revocation list in PEM");
  }
}

async function read(store: Store, call: Call): Promise<Reply> {
  const name = listName(call);
  const found = await store.crls.get(call.storage, name);
  if (found === null) throw invalid(`no such CRL ${name}`);
  const serials = [...found.serials].map((serial) => [
    BigInt(`0x${serial.replaceAll(":", "")}`).toString(),
    {},
  ]);
  return { data: { serials: Object.fromEntries(serials) as Record<string, Record<string, never>> } };
}

async function remove(call: Call): Promise<undefined> {
  const name = listName(call);
  if ((await call.storage.get(CRL + name)) === null) throw invalid(`no such CRL ${name}`);
  await call.storage.delete(CRL + name);
}

export const crlPaths = (store: Store): PathDeclaration[] => [
  {
    pattern: "crls",
    summary: "Lists the revocation lists",
    operations: { list: async ({ storage }) => ({ data: { keys: await storage.list(CRL) } }) },
  },
  {
    pattern: "crls/{name}",
    summary: "Writes, reads or deletes a revocation list",
    fields: {
      crl: { type: "string", description: "The list in PEM", plain: true },
      url: { type: "string", description: "Not offered", plain: true },
    },
    operations: { read: (call) => read(store, call), create: write, update: write, delete: remove },
  },
];
