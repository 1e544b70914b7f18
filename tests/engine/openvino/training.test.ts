/** Training on the engine `openvino` beside `onnx`, and in bfloat16. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EngineError, registrationOf, startEngine } from "../../../engine/index.ts";
import { gpt2Like } from "../../models/configs.ts";
import { report } from "../../testing/report.ts";
import { apart, losses, testTrainingOn } from "../training-beside-onnx.ts";

await testTrainingOn("openvino");

const why = await registrationOf("openvino").whyUnavailable();
const whenThere = why === null ? test : test.skip;

/** Null where it starts. */
async function whyNoBfloat16(): Promise<string | null> {
  if (why !== null) return why;
  try {
    (await startEngine("openvino", { precision: "bfloat16" })).engine.dispose();
    return null;
  } catch (error) {
    assert.instance(error, EngineError);
    return (error as Error).message;
  }
}

const refusal = await whyNoBfloat16();
const withBfloat16 = refusal === null ? test : test.skip;
if (refusal !== null) console.log(`SKIPPED bfloat16 on openvino: ${refusal}`);

withBfloat16("bfloat16 follows float32", async () => {
  const { engine: float32 } = await startEngine("openvino");
  const expected = losses(float32, gpt2Like, 50);
  const { engine } = await startEngine("openvino", { precision: "bfloat16" });
  const found = losses(engine, gpt2Like, 50);
  const difference = apart(found, expected);
  report(`openvino bfloat16: loss ${found.at(-1)}, float32 ${expected.at(-1)}`);
  assert.ok(difference > 1e-6, "the products are those of float32");
  assert.ok(difference < 0.05, `losses ${difference} apart`);
  engine.dispose();
  float32.dispose();
});

whenThere("a processor without bfloat16 refuses it", () => {
  if (refusal !== null) {
    assert.match(refusal, /no bfloat16 on this processor .*train\.precision float32/);
  }
});

test("another engine refuses bfloat16 and names those that may have it", async () => {
  const error = await startEngine("onnx", { precision: "bfloat16" }).catch((each: unknown) => each);
  assert.instance(error, EngineError);
  assert.match((error as Error).message, /onnx has no bfloat16; xla, openvino/);
});

test.run();
