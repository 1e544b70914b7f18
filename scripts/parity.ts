/**
 * Compares every family and adapter with `transformers` and PEFT, both ways, and writes docs/parity.md:
 * what they make is computed here, and what is saved here is loaded there.
 *
 *   npm run test:parity             fresh checkpoints by Python, of the seed of the day, larger than
 *                                   the committed ones
 *   npm run test:parity -- --seed 5
 *   npm run test:parity -- --seed 5 --made DIR
 *                                   keeps what Python made in DIR, and does not make again what lies there
 *   npm run test:parity -- --only starcoder2,bloom
 *                                   the committed checkpoints of these decoders alone, printed: for who
 *                                   adds a family
 *
 * Needs Python with the packages of tests/golden/requirements.txt: `.venv-golden/bin/python`, or the
 * one that PATHLOOM_PYTHON names. Without it nothing is compared and nothing written.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEngine } from "../engine/index.ts";
import { plainLora } from "../models/index.ts";
import {
  decodersFolder,
  goldenNames,
  loadGolden,
  loadGoldenAdapter,
  loadGoldenBfloat16,
  loadGoldenTokenizer,
} from "../tests/golden/golden.ts";
import {
  type AdapterDifferences,
  adapterTolerance,
  type Bfloat16Differences,
  bfloat16Tolerance,
  type Differences,
  measure,
  measureAdapter,
  measureBfloat16,
  tolerance,
} from "../tests/golden/measure.ts";
import { exportGrownAdapters } from "./parity/exported.ts";
import { parityPage, type ReturnTrip, returnTolerance } from "./parity/page.ts";
import { goldenPython, root, runPython } from "./parity/python.ts";
import {
  type SavedCase,
  saveAdapterCase,
  saveDecoderCase,
  saveExtended,
  savePissa,
  saveWithTokenizer,
} from "./parity/save.ts";

/**
 * LongRoPE is written as published models have it and version 4 wants it; version 5 of `transformers`
 * recommends another key. PEFT asks models for what version 6 will name otherwise.
 */
const expectedNote =
  /original_max_position_embeddings.*recommend|is_gradient_checkpointing. is deprecated/s;

const { values } = parseArgs({
  options: { seed: { type: "string" }, made: { type: "string" }, only: { type: "string" } },
});
const seed = Number(values.seed ?? Math.floor(Date.now() / 86_400_000));

if (!existsSync(goldenPython)) {
  console.log(
    `SKIPPED parity: no ${goldenPython}; see tests/golden/make_decoders.py for how to make it`,
  );
  process.exit(0);
}

const work = mkdtempSync(join(tmpdir(), "pathloom-parity-"));
if (values.only !== undefined) {
  try {
    process.exitCode = await compareCommitted(values.only.split(","));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  process.exit();
}
try {
  const decoders = made("decoders", "make_decoders.py", "--larger");
  const standard = made("standard", "make_bfloat16.py");
  const adapters = made("adapters", "make_adapters.py", "--bases", decoders);
  const tokenizers = made("tokenizers", "make_tokenizers.py");

  const { engine } = await startEngine("onnx");
  const cases: SavedCase[] = [];
  let bfloat16Noise = 0;
  const ofDecoders = new Map<string, Differences>();
  for (const name of goldenNames(decoders)) {
    const golden = loadGolden(decoders, name);
    ofDecoders.set(name, measure(engine, golden));
    bfloat16Noise = Math.max(bfloat16Noise, golden.expected.bfloat16Noise);
    cases.push(saveDecoderCase(engine, golden, join(work, "saved", name)));
  }
  const ofBfloat16 = new Map<string, Bfloat16Differences>();
  for (const name of goldenNames(standard)) {
    ofBfloat16.set(name, measureBfloat16(engine, loadGoldenBfloat16(standard, name)));
  }
  const ofAdapters = new Map<string, AdapterDifferences>();
  for (const name of goldenNames(adapters)) {
    const golden = loadGoldenAdapter(adapters, name, decoders);
    ofAdapters.set(name, measureAdapter(engine, golden));
    cases.push(saveAdapterCase(engine, golden, decoders, join(work, "saved-adapters", name)));
  }
  for (const name of ["gpt2", "llama-3", "qwen2", "phi-2"]) {
    const folder = join(work, "extended", name);
    cases.push(saveExtended(engine, loadGolden(decoders, name), folder));
  }
  const over = { gpt2: "gpt2", "llama-3": "llama-2", "llama-3.1": "llama-3", qwen2: "qwen2" };
  for (const [name, tokenizer] of Object.entries(over)) {
    const folder = join(work, "with-tokenizer", name);
    const golden = loadGoldenTokenizer(tokenizers, tokenizer);
    cases.push(saveWithTokenizer(engine, loadGolden(decoders, name), golden, folder));
  }
  const pissa = { ...plainLora, rank: 3, alpha: 6, initialise: "pissa" } as const;
  const kinds = [
    ["lora", pissa],
    ["rslora", { ...pissa, useRslora: true, rankPattern: { up_proj: 2 } }],
    ["dora", { ...pissa, useDora: true }],
    ["gpt2", { ...pissa, targets: ["c_attn"] }],
  ] as const;
  for (const [like, lora] of kinds) {
    const golden = loadGoldenAdapter(adapters, like, decoders);
    cases.push(savePissa(engine, golden, decoders, lora, join(work, "pissa", like)));
  }
  cases.push(...(await exportGrownAdapters(join(work, "exported"))));
  const list = join(work, "cases.json");
  writeFileSync(list, JSON.stringify(cases));
  const returned = new Map<string, ReturnTrip>(
    Object.entries(JSON.parse(runPython("check_saved.py", list))),
  );
  const { versions } = loadGoldenAdapter(adapters, goldenNames(adapters)[0]!, decoders).expected;
  const page = parityPage({
    seed,
    versions,
    decoders: ofDecoders,
    bfloat16Noise,
    bfloat16: ofBfloat16,
    adapters: ofAdapters,
    returned,
  });
  writeFileSync(join(root, "docs/parity.md"), page);

  const failures = [
    ...[...ofDecoders].flatMap(([name, found]) => beyond(name, found, tolerance)),
    ...[...ofBfloat16].flatMap(([name, { logits }]) =>
      beyond(`${name} in bfloat16`, { logits }, { logits: bfloat16Tolerance }),
    ),
    ...[...ofAdapters].flatMap(([name, found]) => beyond(name, found, adapterTolerance)),
    ...[...returned].flatMap(([name, { logits, notes, misencoded = 0 }]) => [
      ...beyond(
        `${name}, loaded there`,
        { logits, misencoded },
        { logits: returnTolerance, misencoded: 0 },
      ),
      ...notes
        .filter((note) => !expectedNote.test(note))
        .map((note) => `${name}, loaded there: ${note}`),
    ]),
  ];
  for (const failure of failures) console.error(failure);
  const count = ofDecoders.size + ofBfloat16.size + ofAdapters.size + returned.size;
  console.log(
    `seed ${seed}: ${count} compared, ${failures.length} failures; docs/parity.md written`,
  );
  process.exitCode = failures.length === 0 ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Makes golden files by a script, unless they were kept. @returns their folder. */
function made(name: string, script: string, ...more: readonly string[]): string {
  const folder = join(values.made ?? work, name);
  const ended = `${folder}.seed`;
  if (existsSync(ended) && readFileSync(ended, "utf8") === String(seed)) return folder;
  console.error(`making ${name} by ${script}`);
  rmSync(folder, { recursive: true, force: true });
  runPython(script, "--seed", String(seed), "--to", folder, ...more);
  writeFileSync(ended, String(seed));
  return folder;
}

/** Prints what differs of committed goldens, both ways. @returns the exit code. */
async function compareCommitted(names: readonly string[]): Promise<number> {
  const { engine } = await startEngine("onnx");
  const found = new Map<string, Differences>();
  const cases = names.map((name) => {
    const golden = loadGolden(decodersFolder, name);
    found.set(name, measure(engine, golden));
    return saveDecoderCase(engine, golden, join(work, name));
  });
  const list = join(work, "cases.json");
  writeFileSync(list, JSON.stringify(cases));
  const returned: Record<string, ReturnTrip> = JSON.parse(runPython("check_saved.py", list));
  let failures = 0;
  for (const name of names) {
    const trip = returned[name]!;
    const back = { "saved, loaded there": trip.logits, notes: trip.notes };
    console.log(`${name}: ${JSON.stringify({ ...found.get(name), ...back })}`);
    const beyondLimits = [
      ...beyond(name, found.get(name)!, tolerance),
      ...beyond(`${name}, loaded there`, { logits: trip.logits }, { logits: returnTolerance }),
      ...trip.notes.map((note) => `${name}, loaded there: ${note}`),
    ];
    for (const failure of beyondLimits) console.error(failure);
    failures += beyondLimits.length;
  }
  return failures === 0 ? 0 : 1;
}

/** What exceeds its tolerance, in words. */
function beyond<T extends object>(name: string, found: T, limits: T): string[] {
  return Object.entries(limits)
    .filter(([what, limit]) => !((found as Record<string, number>)[what]! <= limit))
    .map(
      ([what, limit]) =>
        `${name}: ${what} differ by ${(found as Record<string, number>)[what]}, allowed are ${limit}`,
    );
}
