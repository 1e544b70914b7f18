/**
 * One of several processes that learn from pairs, each in a folder of its own, as without a disk that
 * they share. Arguments: the configuration as JSON, and where the folders are.
 */
import { join } from "node:path";
import { openCommunicator } from "../../distributed/index.ts";
import type { Config } from "../../src/config/index.ts";
import { train } from "../../src/runs/index.ts";

const [text, place] = process.argv.slice(2) as [string, string];
const communicator = openCommunicator();
const { rank } = communicator;
const config = JSON.parse(text) as Config;
const folder = join(place, `rank-${rank}`);
const end = await train({ config, folder, resume: false, communicator }).then(
  ({ outcome, step }) => `${outcome} at ${step}`,
  (error: Error) => `${error.name}: ${error.message}`,
);
process.stdout.write(`answer ${JSON.stringify({ rank, end })}\n`);
