/**
 * Adapters compute what PEFT computes with the same files. The files and the numbers are made by
 * tests/golden/make_adapters.py.
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../../engine/index.ts";
import {
  adaptersFolder,
  decodersFolder,
  goldenNames,
  loadGoldenAdapter,
} from "../../golden/golden.ts";
import { type AdapterDifferences, adapterTolerance, measureAdapter } from "../../golden/measure.ts";

const { engine } = await startEngine("onnx", { threads: 1 });

for (const name of goldenNames(adaptersFolder)) {
  test(`${name}: logits, merged logits, gradients and ten AdamW steps`, () => {
    const golden = loadGoldenAdapter(adaptersFolder, name, decodersFolder);
    const found = measureAdapter(engine, golden);
    for (const [what, limit] of Object.entries(adapterTolerance)) {
      const difference = found[what as keyof AdapterDifferences];
      assert.ok(difference <= limit, `${what} differ by ${difference}, allowed are ${limit}`);
    }
  });
}

test.run();
