/** One of several processes, of which rank 1 fails while the others wait for it. */
import { openCommunicator } from "../../distributed/index.ts";

const communicator = openCommunicator();
if (communicator.rank === 1) throw new Error("rank 1 is out of luck");
communicator.barrier();
process.stdout.write("nobody gets here\n");
