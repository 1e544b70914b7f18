/** A command that several processes run together: who tells what, and how all end when one does. */
import { type Communicator, isCommon } from "../../runs/index.ts";
import { tell } from "../terminal.ts";

/**
 * What all would tell alike is told once: the others give rank 0 so long to tell it and to end them, in
 * milliseconds.
 */
const courtesy = 500;

/** @param work of this process; where it throws, the error is thrown on when the others need not wait. */
export async function onAllRanks<T>(
  communicator: Communicator,
  work: () => Promise<T>,
): Promise<T> {
  const { rank, size } = communicator;
  if (size === 1) return work();
  try {
    const result = await work();
    // Rank 0 draws and reports for a while.
    await communicator.settle();
    communicator.finish();
    return result;
  } catch (error) {
    if (isCommon(error)) {
      communicator.finish();
    } else {
      if (rank > 0) await new Promise((resolve) => setTimeout(resolve, courtesy));
      tell(`rank ${rank} of ${size} failed, which ends all:`);
    }
    throw error;
  }
}
