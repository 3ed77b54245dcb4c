/** The net under random addresses holds for every way out of Node, and loopback stays open. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import test from "node:test";
import { loopbackOnly } from "./loopback-only.ts";

test("fetch, net and tls reach loopback and nothing else", async () => {
  const server = createServer((_, response) => response.end("here"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const net = loopbackOnly();
  try {
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "here");
    // TEST-NET-1: nobody's
    await assert.rejects(fetch("http://192.0.2.1/"));
    await assert.rejects(fetch("https://192.0.2.2/"));
    for (const open of [() => connect(80, "192.0.2.3"), () => connectTls({ host: "192.0.2.4", port: 443 })])
      await new Promise<void>((resolve) => open().once("error", () => resolve()));
    assert.deepEqual([...net.refused].sort(), ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"]);
  } finally {
    net.undo();
    server.close();
  }
});
