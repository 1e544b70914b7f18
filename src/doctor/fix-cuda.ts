/** The repair of the engine `cuda`: what will be done is said, asked for, and done. */

import { EngineError } from "../../engine/index.ts";
import { UsageError } from "../../errors/index.ts";
import { planCudaRepair, repairCuda } from "./cuda/fix-cuda.ts";

export interface FixOptions {
  /** The folder of a libtensorflow; null looks for the one of a Python wheel. */
  readonly libtensorflow: string | null;
  /** Done without a question. */
  readonly yes: boolean;
  /** Asks a person; undefined where there is none to ask. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Told what is done, and what the compiler said where it failed. */
  readonly tell: (text: string) => void;
}

/**
 * @returns whether the binding was built; false when the person does not want it.
 * @throws UsageError when there is nobody to ask; EngineError saying what is missing or failed.
 */
export async function fixCuda({ libtensorflow, yes, ask, tell }: FixOptions): Promise<boolean> {
  const repair = planCudaRepair(libtensorflow);
  if (!yes) {
    if (ask === undefined) {
      throw new UsageError(
        `--fix-cuda would ${repair.summary}: there is no terminal to ask on, so add --yes`,
      );
    }
    const answer = await ask(`${repair.summary}? [y/N] `);
    if (!/^\s*y(es)?\s*$/i.test(answer)) return false;
  }
  tell(repair.summary);
  try {
    repairCuda(repair);
  } catch (error) {
    // The error's first line says what failed, the others what the compiler said.
    if (error instanceof EngineError) tell(error.message.split("\n").slice(1).join("\n"));
    throw error;
  }
  return true;
}
