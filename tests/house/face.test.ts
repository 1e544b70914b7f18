/** The second law of the house: the package's face is chosen by hand, name by name. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { root } from "./modules.ts";

/** Values and types of `pathloom`. Whoever adds one adds it here, and says in the commit why. */
const chosen = `
  Automaton CanonicalOptions CheckpointError CompareOptions ComparedRun Config ConfigError ConfigInput DecodeError DecoderConfig
  DivergenceError DrawOptions Drawing DrawnDrawing EncodeError Engine EngineError Graph IconSet
  LoadedModel LoraConfig Measure Model ParsedDrawing PathOptions PathloomError RunObserver RunResult
  RunStart RunningServer SavedModel ServeOptions StepEvent StorageError SvgError SvgGenerator SvgTokenizer TrainOptions Trainer
  SweepOptions SweepResult UsageError Value canonicalise compare compareRuns createOmniSvgTokenizer createPathTokenizer createSemanticTokenizer
  createTextTokenizer drawingLogLikelihoods drawingsEqual encodePrompt encodeSample evaluateRun exportModel
  generate generateFromRun gradients heldOutScore loadConfig loadModel measure newLora ngramBaselines openRun
  openSavedModel ops parseDrawing printDrawing resolveConfig resolveModel roundTrip serve startEngine
  strokeIconOptions sweep tokenizerFromJSON train
  JudgeOptions judgeSystems
  RejectionOptions RejectionResult RewardError RewardFunction RewardSample RoundRecord rejectionSampling`
  .trim()
  .split(/\s+/);

test("the face names these things and no others", () => {
  const text = readFileSync(join(root, "src/index.ts"), "utf8");
  assert.not.match(text, /export \*/);
  const names = [...text.matchAll(/export \{([^}]*)\} from/g)].flatMap(([, list]) =>
    list!.split(",").flatMap((name) => name.trim().replace(/^type /, "") || []),
  );
  assert.equal(names.sort(), [...chosen].sort());
});

test("what is a value among them is there at run time", async () => {
  const face: Record<string, unknown> = await import("../../src/index.ts");
  for (const [name, value] of Object.entries(face)) {
    assert.ok(chosen.includes(name), name);
    assert.ok(value !== undefined, name);
  }
});

test.run();
