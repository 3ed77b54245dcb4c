/** An endpoint that answers what AWS never would. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { fake } from "../../../test/support/fake.ts";
import { AwsApi } from "./api.ts";

async function against(context: TestContext, answer: string | Buffer, status = 200): Promise<AwsApi> {
  const server = createServer((request, response) => {
    request.resume().once("end", () => {
      response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {});
      response.end(answer);
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return new AwsApi({
    accessKey: fake("AKIA", 20),
    secretKey: fake("", 40),
    region: "",
    iamEndpoint: endpoint,
    stsEndpoint: endpoint,
    maxRetries: 0,
  });
}

const unreachable = { code: "aws.unreachable" };

test("a success that holds no key is none", async (context) => {
  const empty = await against(context, "<html>welcome</html>");
  await assert.rejects(empty.createKey("joe"), unreachable);
  await assert.rejects(empty.assumeRole({}), unreachable);
  const half = await against(
    context,
    "<Expiration>2090-01-01T00:00:00Z</Expiration><AccessKeyId>a</AccessKeyId>",
  );
  await assert.rejects(half.assumeRole({}), unreachable);
  await assert.rejects(half.createKey("joe"), unreachable);
});

test("endless answers, redirects and entities do no harm", async (context) => {
  await assert.rejects((await against(context, Buffer.alloc(2_000_000, 0x61))).identity(), unreachable);
  await assert.rejects((await against(context, "", 302)).identity(), { code: "aws.refused" });
  const arn = "&lt;&#x41;&#66;&constructor;&__proto__;&#xFFFFFF;&unknown;";
  const api = await against(
    context,
    `<!DOCTYPE x [<!ENTITY unknown SYSTEM "file:///etc/passwd">]><Arn>${arn}</Arn>`,
  );
  assert.equal(await api.identity(), "<AB&constructor;&__proto__;&#xFFFFFF;&unknown;");
});

test("a refusal that repeats the request's signature is not passed on", async (context) => {
  const body =
    "<Error><Code>SignatureDoesNotMatch</Code><Message>AWS4-HMAC-SHA256 Credential=seen-here</Message></Error>";
  const api = await against(context, body, 403);
  await assert.rejects(api.identity(), (error: Error) => {
    assert.match(error.message, /SignatureDoesNotMatch/);
    assert.doesNotMatch(error.message, /seen-here/);
    return true;
  });
});
