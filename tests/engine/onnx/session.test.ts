/** Sessions of ONNX Runtime: what a model that is refused leaves behind. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EngineError } from "../../../engine/index.ts";
import {
  OrtSession,
  ortEnvironment,
  PrepackedWeights,
} from "../../../engine/onnx/runtime/index.ts";

test("a refused model holds no prepacked weights", () => {
  const environment = ortEnvironment(2);
  const { library } = environment;
  const before = library.objects;
  const prepacked = new PrepackedWeights(environment);
  const broken = () =>
    new OrtSession(
      environment,
      "broken",
      Uint8Array.of(1, 2, 3),
      { inputs: [], outputs: [] },
      { threads: 2 },
      { tensors: [], prepacked },
    );
  for (let i = 0; i < 2; i++) {
    assert.throws(
      broken,
      (error: unknown) =>
        error instanceof EngineError && /broken: ONNX Runtime refuses/.test(error.message),
    );
    assert.is(library.objects, before);
  }
});

test.run();
