/** Models on an engine beside `onnx`: adapters, weights of fewer bits, generation, exact resume, memory. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { stepFolder } from "../../checkpoints/index.ts";
import { type Engine, type EngineName, registrationOf, startEngine } from "../../engine/index.ts";
import {
  type DecoderConfig,
  defaultSampling,
  generate,
  initialWeights,
  Model,
  type WeightDtype,
} from "../../models/index.ts";
import { loadConfig } from "../../src/config/index.ts";
import { train } from "../../src/runs/index.ts";
import { Trainer } from "../../trainers/index.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";
import { tinyRecipe } from "../cli/tiny-recipe.ts";
import { gpt2Like, llamaLike } from "../models/configs.ts";
import { batch, makeAdapted, trainerOptions } from "../models/lora/tiny-adapter.ts";
import { isBrief, tellBrief } from "./brief.ts";

/** What both engines compute of the same. */
async function onBoth<T>(
  name: EngineName,
  work: (engine: Engine) => T,
): Promise<{ found: T; expected: T }> {
  const { engine: onnx } = await startEngine("onnx", { threads: 1 });
  const { engine } = await startEngine(name, { threads: 1 });
  const objects = engine.runtimeObjects;
  const result = { found: work(engine), expected: work(onnx) };
  assert.equal(engine.memory(), { buffers: 0, bytes: 0, programs: 0 });
  assert.is(engine.runtimeObjects, objects, "objects of the library");
  engine.dispose();
  onnx.dispose();
  return result;
}

/** Bytes, without what JavaScript no longer uses. */
function residentMemory(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

function near(found: readonly number[], expected: readonly number[]): void {
  for (const [i, loss] of found.entries()) {
    assert.ok(Math.abs(loss - expected[i]!) < 1e-3, `step ${i + 1}: ${loss}, ${expected[i]}`);
  }
}

/** The tests, on an engine that need not be there. */
export async function testModelsOn(engineName: EngineName): Promise<void> {
  const why = await registrationOf(engineName).whyUnavailable();
  const whenThere = why === null ? test : test.skip;
  if (why !== null) console.log(`SKIPPED models on ${engineName}: ${why}`);

  const left: readonly WeightDtype[] = isBrief(engineName) ? ["bfloat16", "int8", "nf4"] : [];
  if (left.length > 0) tellBrief(`adapters over weights in ${left.join(", ")} on ${engineName}`);
  for (const weightDtype of ["float32", "bfloat16", "int8", "int4", "nf4"] as WeightDtype[]) {
    const whenTaken = left.includes(weightDtype) ? test.skip : whenThere;
    whenTaken(`an adapter over weights in ${weightDtype} learns as on onnx`, async () => {
      const { found, expected } = await onBoth(engineName, (engine) => {
        const { adapter, base, model: plain } = makeAdapted(engine);
        plain.dispose();
        const model = new Model(engine, llamaLike, base, { weightDtype, frozen: true });
        model.attach("trained", adapter);
        const trainer = new Trainer(model, trainerOptions);
        const losses = Array.from({ length: 10 }, () => trainer.step([batch]).loss);
        trainer.dispose();
        model.dispose();
        return losses;
      });
      near(found, expected);
      assert.ok(found.at(-1)! < found[0]!, found.join(" "));
    });
  }

  const decoders: Readonly<Record<string, DecoderConfig>> = { gpt2Like, llamaLike };
  for (const [name, config] of Object.entries(decoders)) {
    whenThere(`${name}: prompts of mixed lengths are continued by the tokens of onnx`, async () => {
      const prompts = [[3], [1, 4, 1, 5, 9, 2], [6, 5, 3]];
      const { found, expected } = await onBoth(engineName, (engine) => {
        const model = new Model(engine, config, initialWeights(config, { seed: 1, std: 0.3 }));
        const continued = generate(model, prompts, {
          sampling: { ...defaultSampling, temperature: 0 },
          seeds: prompts.map((prompt) => prompt.join()),
          maxNewTokens: prompts.map(() => 8),
          stopIds: [],
          constraints: null,
        });
        model.dispose();
        return continued;
      });
      assert.equal(found, expected);
    });
  }

  whenThere(
    "a run that was stopped and resumed ends with the weights of one that was not",
    async () => {
      const place = temporaryFolder();
      const loaded = loadConfig(tinyRecipe(place));
      const withSteps = (steps: number) => ({
        ...loaded,
        train: { ...loaded.train, engine: engineName, threads: 1, steps },
      });
      const weightsOf = async (name: string, stopped: boolean) => {
        const folder = join(place, name);
        const config = withSteps(4);
        if (stopped) {
          const stop = new AbortController();
          const observer = { onStep: ({ step }: { step: number }) => step === 2 && stop.abort() };
          await train({ config, folder, resume: false, observer, signal: stop.signal });
        }
        await train({ config, folder, resume: stopped });
        const weights = readFileSync(
          join(stepFolder(join(folder, "checkpoints"), 4), "model.safetensors"),
        );
        return weights;
      };
      assert.equal(await weightsOf("stopped", true), await weightsOf("whole", false));
    },
  );

  whenThere("300 steps make no object and no buffer more", async () => {
    const { engine } = await startEngine(engineName, { threads: 1 });
    const model = new Model(engine, gpt2Like, initialWeights(gpt2Like, { seed: 1, std: 0.2 }));
    const trainer = new Trainer(model, trainerOptions);
    for (let step = 0; step < 50; step++) trainer.step([batch]);
    const [before, objects, resident] = [engine.memory(), engine.runtimeObjects, residentMemory()];
    for (let step = 0; step < 300; step++) trainer.step([batch]);
    assert.equal(engine.memory(), before);
    assert.is(engine.runtimeObjects, objects);
    const growth = residentMemory() / resident - 1;
    assert.ok(growth < 0.05, `resident memory grew by ${(100 * growth).toFixed(1)} %`);
    trainer.dispose();
    model.dispose();
    engine.dispose();
  });

  test.run();
}
