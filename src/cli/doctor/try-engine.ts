/** A process that tries the engine it is given and prints what came of it as JSON. */
import { EngineError, type EngineName } from "../../engine/index.ts";
import { type EngineTrial, tryHere } from "./engine-trial.ts";

const answer = await tryHere(process.argv[2] as EngineName).catch(refusal);
process.stdout.write(JSON.stringify(answer));

function refusal(error: unknown): EngineTrial | { readonly error: string } {
  if (error instanceof EngineError) return { error: error.message };
  throw error;
}
