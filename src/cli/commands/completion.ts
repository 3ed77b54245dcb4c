import { command } from "../command.ts";
export default command({ flags: {}, examples: [], run: async () => 0 });
