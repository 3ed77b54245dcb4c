/** AWS KMS as moto plays it: its own process on a free port of 127.0.0.1, from PyPI. Null without pip. */
import { startMoto } from "./moto.ts";

export interface Kms {
  readonly endpoint: string;
  /** A new symmetric key's id. */
  createKey(): Promise<string>;
  stop(): Promise<void>;
}

export async function startKms(): Promise<Kms | null> {
  const moto = await startMoto();
  if (moto === null) return null;
  const endpoint = `${moto.address}/`;
  const call = async (target: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `TrentService.${target}`,
        authorization:
          "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=0",
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${target}: ${answer.status} ${await answer.text()}`);
    const text = await answer.text();
    return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
  return {
    endpoint,
    createKey: async () => ((await call("CreateKey", {})).KeyMetadata as { KeyId: string }).KeyId,
    stop: () => moto.stop(),
  };
}
