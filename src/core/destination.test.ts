/** Addresses in every spelling that reaches them. Nothing here connects anywhere. */
import assert from "node:assert/strict";
import type { LookupAddress } from "node:dns";
import { describe, test } from "node:test";
import {
  ForbiddenAddress,
  checkHost,
  guardedLookup,
  isForbiddenAddress,
  isLoopbackAddress,
} from "./destination.ts";

describe("destinations", () => {
  test("metadata services and link-local networks are refused, in whatever form of address", () => {
    for (const address of [
      "169.254.169.254",
      "169.254.170.2",
      "169.254.0.1",
      "::ffff:169.254.169.254",
      "::ffff:a9fe:a9fe",
      "64:ff9b::a9fe:a9fe",
      "2002:a9fe:a9fe::1",
      "::a9fe:a9fe",
      "fe80::1",
      "fe80::1%eth0",
      "febf::1",
      "fd00:ec2::254",
      "FD00:0EC2:0000::0254",
      "fd20:ce::254",
      "100.100.100.200",
      "168.63.129.16",
      "192.0.0.192",
    ]) {
      assert.equal(isForbiddenAddress(address), true, address);
      assert.throws(() => checkHost(address), ForbiddenAddress, address);
      if (address.includes(":")) assert.throws(() => checkHost(`[${address}]`), ForbiddenAddress, address);
    }
  });

  test("other networks are not, nor names", () => {
    for (const address of [
      "10.0.0.1",
      "127.0.0.1",
      "::1",
      "192.168.1.1",
      "169.253.1.1",
      "169.255.1.1",
      "fd00::1",
      "fec0::1",
      "2001:db8::1",
      "db.example",
      "",
    ])
      assert.equal(isForbiddenAddress(address), false, address);
  });

  test("loopback in whatever form is refused where it is not allowed", () => {
    for (const address of [
      "127.0.0.1",
      "127.9.9.9",
      "::1",
      "::",
      "0.0.0.0",
      "::ffff:127.0.0.1",
      "::ffff:7f00:1",
    ]) {
      assert.equal(isLoopbackAddress(address), true, address);
      checkHost(address);
      assert.throws(() => checkHost(address, { loopback: false }), ForbiddenAddress, address);
    }
    for (const address of ["128.0.0.1", "::2", "10.0.0.1"])
      assert.equal(isLoopbackAddress(address), false, address);
  });

  const look = (name: string, all: boolean, loopback: boolean): Promise<string | LookupAddress[]> =>
    new Promise((resolve, reject) =>
      guardedLookup({ loopback })(name, { all }, (error, found) =>
        error === null ? resolve(found) : reject(error),
      ),
    );

  test("a name is judged by the addresses it has now, a number by the address it means", async () => {
    for (const all of [true, false]) {
      assert.ok((await look("localhost", all, true)).length > 0);
      await assert.rejects(look("localhost", all, false), ForbiddenAddress);
      // what the system makes of other spellings: 169.254.169.254
      for (const spelling of ["2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518"])
        await assert.rejects(look(spelling, all, true), (error: NodeJS.ErrnoException) =>
          ["EFORBIDDENADDRESS", "ENOTFOUND", "EAI_AGAIN"].includes(error.code ?? ""),
        );
    }
  });
});
