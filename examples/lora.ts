/**
 * Teaches the released model the style of other icons by adapters: its weights stay as they are, and
 * what was learned is written in PEFT's layout, with the lines of Python that load it.
 *
 *   node --import tsx examples/lora.ts my-icons adapters/my-icons 200
 */
import { exportModel, resolveConfig, train } from "pathloom";

const [source = "lucide", to = "adapters/example", steps = "200"] = process.argv.slice(2);
const folder = `${to}.run`;

const config = resolveConfig({
  data: { source, limit: 200 },
  // The tokenizer is the model's own.
  model: { from: "weights/icons" },
  lora: { rank: 8, alpha: 16, targetModules: "all-linear" },
  train: {
    method: "lora",
    steps: Number(steps),
    batchSize: 8,
    lr: 1e-3,
    warmupSteps: 5,
    evalEvery: null,
    saveEvery: null,
  },
});

const { parameters } = await train({ config, folder, resume: false });
console.log(`${parameters} parameters beside adapters of rank ${config.lora.rank}`);

const { modules, loading } = await exportModel({ model: folder, to, format: "peft" });
console.log(`${to}: adapters of ${modules} layers\n${loading.lines.join("\n")}`);
