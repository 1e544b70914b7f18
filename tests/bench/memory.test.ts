/** What a long run holds. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { benchShape, trainWorkload } from "../../src/bench/index.ts";
import { startEngine } from "../../src/engine/index.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const { engine } = await startEngine("onnx", { threads: 1 });
test.after(() => engine.dispose());

/** V8 gives pages back and takes them again: the most of several readings is what a run holds. */
const readings = 5;

test("a thousand steps hold no more tensors, nor more than 2 % more memory", () => {
  const workload = trainWorkload(engine, benchShape("tiny"), { adapters: false });
  const residentOver = (steps: number) => {
    const each = Array.from({ length: readings }, () => {
      workload.run(steps / readings);
      collect();
      return process.memoryUsage().rss;
    });
    return Math.max(...each);
  };
  workload.run(500);
  const [before, alive] = [residentOver(500), engine.memory()];
  residentOver(500);
  const grown = residentOver(500) / before - 1;
  console.log(`1,000 steps: ${alive.buffers} tensors, memory ${(100 * grown).toFixed(2)} % more`);
  assert.equal(engine.memory(), alive);
  assert.ok(grown < 0.02, `grown by ${100 * grown} %`);
  workload.dispose();
});

test.run();
