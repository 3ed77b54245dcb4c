/** An HTTP server in front of another that passes everything on and breaks the connection where the answer to some request would go. */
import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";

export interface CuttingProxy {
  readonly address: string;
  stop(): void;
}

/** `cut` is asked for each request's body, once the server behind has answered it. */
export async function startCuttingProxy(
  target: string,
  cut: (body: string) => boolean,
): Promise<CuttingProxy> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      // the host's name is signed, so it goes on as it came
      const forward = send(target, { method: "POST", headers: incoming.headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("end", () => {
          if (cut(body.toString())) incoming.socket.destroy();
          else outgoing.writeHead(answer.statusCode ?? 500).end(Buffer.concat(parts));
        });
      });
      forward.on("error", () => incoming.socket.destroy());
      forward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
