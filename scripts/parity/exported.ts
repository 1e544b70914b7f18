/** Adapters over models whose vocabulary grew, trained and exported as a user does. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeSafetensors } from "../../checkpoints/index.ts";
import { type ConfigInput, resolveConfig } from "../../src/config/index.ts";
import { exportModel, tokenLogits, train } from "../../src/runs/index.ts";
import { makeTinyBase } from "../../tests/trainers/tiny-base.ts";
import { root } from "./python.ts";
import type { SavedCase } from "./save.ts";

/** The base's layout, and what learns of its token tables: the new rows, or all. */
const kinds = [
  ["llama", "new"],
  ["llama", "all"],
  ["gpt2", "new"],
  ["gpt2", "all"],
] as const;

/** Each is to be loaded by the lines of Python that its export printed. */
export async function exportGrownAdapters(folder: string): Promise<SavedCase[]> {
  mkdirSync(folder, { recursive: true });
  const source = join(folder, "icons.jsonl");
  const icon = (name: string) =>
    readFileSync(join(root, "node_modules/lucide-static/icons", `${name}.svg`), "utf8");
  const rows = ["heart", "plus"].map((caption) => JSON.stringify({ caption, svg: icon(caption) }));
  writeFileSync(source, rows.join("\n"));
  const cases: SavedCase[] = [];
  for (const [layout, learns] of kinds) {
    const from = await makeTinyBase(folder, layout, 160);
    const run = join(folder, `${layout}-${learns}`);
    const input: ConfigInput = {
      data: { source, heldOut: 0 },
      tokenizer: { type: "semantic", grid: 24 },
      model: { from, contextLength: 160 },
      vocabulary: { train: learns },
      lora: { rank: 2 },
      train: {
        method: "lora",
        steps: 3,
        lr: 0.02,
        warmupSteps: 0,
        batchSize: 1,
        saveEvery: null,
        evalEvery: null,
        engine: "onnx",
        threads: 1,
      },
    };
    await train({ config: resolveConfig(input), folder: run, resume: false });
    const to = `${run}-exported`;
    const { loading } = await exportModel({ model: run, to, format: "peft" });
    const size = JSON.parse(readFileSync(join(from, "config.json"), "utf8")).vocab_size as number;
    // Old tokens, and new ones.
    const ids = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 5 * i : size + 4 * i));
    const { logits } = await tokenLogits({ model: from, adapter: to, ids });
    writeSafetensors(join(to, "ours.safetensors"), [
      {
        name: "logits",
        dtype: "F32",
        shape: [1, ids.length, logits[0]!.length],
        data: Float32Array.from(logits.flat()),
      },
    ]);
    const table = learns === "new" ? "their rows" : "both tables";
    cases.push({
      name: `adapter over ${layout} with new tokens, ${table} trained`,
      folder: to,
      original: from,
      base: null,
      tokens: [ids],
      lines: [...loading.lines],
    });
  }
  return cases;
}
