/** The threads of the engine `tensorflow`: whose number counts, and that it counts once a process. */

import { test } from "uvu";
import * as assert from "uvu/assert";
import { EngineError, startEngine } from "../../../engine/index.ts";
import { whyUnavailable } from "../../../engine/tfjs/package/index.ts";
import { skipTest } from "../../testing/skip.ts";

test("the number that is asked for goes before the variable's, and stays until the process ends", async () => {
  const why = whyUnavailable("tensorflow");
  if (why !== null) {
    skipTest(`threads of tensorflow: ${why}`);
    return;
  }
  process.env.TF_NUM_INTRAOP_THREADS = "2";
  const { engine } = await startEngine("tensorflow", { threads: 1 });
  assert.is(engine.describe().threads, 1);
  assert.match(engine.describe().summary, /, 1 thread$/);
  assert.is((await startEngine("tensorflow", { threads: 1 })).engine.describe().threads, 1);
  process.env.TF_NUM_INTRAOP_THREADS = "7";
  assert.is((await startEngine("tensorflow")).engine.describe().threads, 1, "whatever it says now");
  const refusal = await startEngine("tensorflow", { threads: 2 }).catch((error) => error);
  assert.instance(refusal, EngineError);
  assert.match(
    refusal.message,
    /loaded with threads: 1, which it keeps until the process ends; 2 were asked for/,
  );
});

test.run();
