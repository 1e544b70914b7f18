/** One of several processes that try all of a communicator, and print what they got. */
import {
  agreed,
  broadcastText,
  gatherTexts,
  isCommon,
  openCommunicator,
} from "../../distributed/index.ts";
import { OtherRankError, UsageError } from "../../errors/index.ts";

const communicator = openCommunicator();
const { rank, size, summary } = communicator;

/** Within a larger array, whose other elements have to stay. */
const whole = new Float32Array(6).fill(-1);
communicator.allReduce(whole.subarray(2, 4).fill(rank + 1));
const doubles = Float64Array.of(rank + 2 ** -40);
communicator.allReduce(doubles);
const [largest, least] = [Float64Array.of(rank), Float64Array.of(rank)];
communicator.allReduce(largest, "max");
communicator.allReduce(least, "min");

const told = Int32Array.of(rank, rank);
communicator.broadcast(told, 1);

/** Rank 0 gets one element, the others two each. */
const counts = Int32Array.from({ length: size }, (_, i) => (i === 0 ? 1 : 2));
const total = counts.reduce((sum, count) => sum + count, 0);
const values = Float32Array.from({ length: total }, (_, i) => i + 10 * rank);
const own = new Float32Array(counts[rank]!);
communicator.reduceScatter(values, counts, own);
const joined = new Float32Array(total);
communicator.allGather(own, counts, joined);
/** A rank that has nothing to give. */
const bytes = new Uint8Array(size - 1);
const some = Int32Array.from({ length: size }, (_, i) => (i === 0 ? 0 : 1));
communicator.allGather(new Uint8Array(some[rank]!).fill(rank), some, bytes);

communicator.barrier();
await communicator.settle();
const texts = gatherTexts(communicator, "ü".repeat(rank));
const text = broadcastText(communicator, rank === 0 ? "from rank 0" : "no");

const error: unknown = await agreed(communicator, () => {
  if (rank === 1) throw new UsageError("rank 1 cannot");
}).catch((thrown: unknown) => thrown);
const agreedError = {
  kind: error instanceof OtherRankError ? "other" : error instanceof UsageError ? "own" : "none",
  message: (error as Error).message,
  isCommon: isCommon(error),
  isUsage: error instanceof OtherRankError ? error.isUsage : null,
};
const value = await agreed(communicator, async () => rank * 2);

const answer = {
  ...{ rank, size, summary, whole: [...whole], doubles: doubles[0], text, texts, told: [...told] },
  ...{ largest: largest[0], least: least[0], own: [...own], joined: [...joined] },
  ...{ values: values[0], bytes: [...bytes], agreedError, value },
};
process.stdout.write(`answer ${JSON.stringify(answer)}\n`);
