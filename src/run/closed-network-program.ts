/** What runs in a job's closed network before the job: it tries what the job must not reach, and hands the listener out. */

/** By what a single executable knows it. */
export const CLOSED_NETWORK = "closed-network";

/** CommonJS for `node -e`, or for a single executable to have inside; its last argument is JSON. It waits until its parent has the listener. */
export const PROGRAM = `
const net = require("node:net");
const { port, name } = JSON.parse(process.argv.at(-1));
const reaches = (where) => new Promise((resolve) => {
  const socket = net.connect(where);
  const done = (reached) => { socket.destroy(); resolve(reached); };
  socket.once("connect", () => done(true)).once("error", () => done(false)).setTimeout(1000, () => done(false));
});
(async () => {
  const seen = [];
  if (await reaches({ host: "127.0.0.1", port })) seen.push("loopback");
  if (await reaches({ path: "\\0" + name })) seen.push("abstract");
  const server = net.createServer();
  server.listen(0, "127.0.0.1", () => process.send({ seen }, server));
  process.once("disconnect", () => process.exit(0));
})();
`;
