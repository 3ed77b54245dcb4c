/** The command line from source, for tests that start a server by it and end it by its process id. */
import { main } from "../../src/cli/main.ts";

await main(process.argv.slice(2));
