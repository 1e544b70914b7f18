/**
 * One of two processes, of which rank 1 comes to its end without an error while rank 0 goes on. Arguments:
 * how it ends, and what the other does.
 */
import { gatherTexts, openCommunicator } from "../../distributed/index.ts";

const [how, then] = process.argv.slice(2);
const communicator = openCommunicator();
communicator.barrier();

if (communicator.rank === 1) {
  if (how === "exits") process.exit(0);
  if (how === "finishes") communicator.finish();
} else if (then === "sleeps") {
  await new Promise((resolve) => setTimeout(resolve, 300));
  process.stdout.write("rank 0 is awake\n");
} else {
  if (then === "adds") communicator.allReduce(Float32Array.of(1));
  if (then === "waits") await communicator.settle();
  if (then === "gathers") gatherTexts(communicator, "rank 0");
  process.stdout.write("nobody gets here\n");
}
