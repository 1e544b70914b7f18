/** The first step of a run, for an engine that compiles what it is given and computes nothing. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../../engine/index.ts";
import type { Config } from "../config/index.ts";
import { assembleRun } from "./assemble.ts";
import { openInitialState } from "./initial-state.ts";

export interface CompiledRun {
  readonly parameters: number;
  /** Positions of a row. */
  readonly context: number;
}

/**
 * Has the engine compile what a run's training steps take: the run's own drawings, tokenizer, decoder and
 * batches. Nothing is kept.
 * @throws as `train`
 */
export async function compileRun(
  engine: Engine,
  config: Config,
  notice: (text: string) => void = () => {},
): Promise<CompiledRun> {
  const folder = await mkdtemp(join(tmpdir(), "pathloom-compile-"));
  try {
    const options = { config, folder, resume: false, observer: { onNotice: notice } };
    const run = await assembleRun(engine, options, await openInitialState(options));
    try {
      await run.loop(oneStep, partsOf(engine), run.state).run();
      const { parameterCount: parameters } = run.trainable.model;
      return { parameters, context: run.context };
    } finally {
      run.dispose();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The signal ends it after the first of two, without an evaluation. */
const oneStep = {
  steps: 2,
  minutes: null,
  evalEvery: null,
  saveEvery: null,
  sampleEvery: null,
  evaluateFirst: false,
  peakFlops: 1,
};

const partsOf = (engine: Engine) => ({
  save: () => {},
  memory: () => engine.memory(),
  signal: AbortSignal.abort(),
});
