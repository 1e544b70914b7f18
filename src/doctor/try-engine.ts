/** A process that tries the engine it is given and answers by JSON what came of it. */
import { writeFileSync } from "node:fs";
import { EngineError, type EngineName } from "../../engine/index.ts";
import { answerDescriptor, type EngineTrial, tryHere } from "./engine-trial.ts";

const answer = await tryHere(process.argv[2] as EngineName).catch(refusal);
writeFileSync(answerDescriptor, JSON.stringify(answer));

function refusal(error: unknown): EngineTrial | { readonly error: string } {
  if (error instanceof EngineError) return { error: error.message };
  throw error;
}
