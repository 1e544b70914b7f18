/**
 * What drafting saves. Without a run: what a pass with drafts costs beside a plain one, in processor time,
 * by the shape of the decoder, which is what the kept drafts have to make up for.
 *
 *   node --import tsx bench/speculation.ts
 *
 * With one that has heads for tokens further on (`model.futureTokens`): its drawings, drawn plainly and with
 * 1, 2, … drafts in turn, in one process.
 *
 *   node --import tsx bench/speculation.ts --run runs/drafting
 *   node --import tsx bench/speculation.ts --run runs/drafting --captions 40 --temperature 0.3 --rounds 7
 *
 * Each caption is drawn alone, as one who waits for a drawing has it, under the grammar. Exits with 1 where
 * a drafted drawing is not the plain one to the token.
 */
import { isDeepStrictEqual, parseArgs } from "node:util";
import { startEngine } from "../engine/index.ts";
import {
  type DecoderConfig,
  DecodingSession,
  initialWeights,
  layerBiases,
  Model,
  plainDecoder,
  plainRope,
  type SpeculationFigures,
  SpeculativeSession,
} from "../models/index.ts";
import { median } from "../src/bench/index.ts";
import { type Config, loadConfig } from "../src/config/index.ts";
import type { DrawnDrawing, DrawOptions, SvgGenerator } from "../src/generate/index.ts";
import { drawOptions, prepareData, runPaths, withGenerator } from "../src/runs/index.ts";

const { values: flags } = parseArgs({
  options: {
    run: { type: "string" },
    captions: { type: "string", default: "24" },
    temperature: { type: "string", default: "0" },
    rounds: { type: "string", default: "5" },
    json: { type: "boolean", default: false },
  },
});
/** Captions from all over the data, as many held out as there are. */
async function captionsOf(config: Config, count: number): Promise<string[]> {
  const { heldOut } = await prepareData(config, { context: config.model.contextLength ?? 128 });
  const every = Math.max(1, Math.floor(heldOut.size / count));
  return Array.from({ length: count }, (_, i) => heldOut.captions(i * every)[0] ?? "").filter(
    (caption) => caption !== "",
  );
}

interface Way {
  readonly drafts: number;
  readonly seconds: number[];
  drawn: DrawnDrawing[];
  figures: SpeculationFigures | null;
}

function drawEach(
  generator: SvgGenerator,
  captions: readonly string[],
  options: DrawOptions,
  way: Way,
): void {
  const total = { steps: 0, tokens: 0, drafted: 0, accepted: 0 };
  const began = performance.now();
  way.drawn = captions.flatMap((caption) => {
    let figures: SpeculationFigures | null = null;
    const drawn = generator.draw([caption], {
      ...options,
      speculate: way.drafts,
      onSpeculation: (each) => {
        figures = each;
      },
    });
    for (const key of Object.keys(total) as (keyof typeof total)[])
      total[key] += figures?.[key] ?? 0;
    return drawn;
  });
  way.seconds.push((performance.now() - began) / 1000);
  way.figures = way.drafts === 0 ? null : total;
}

async function drawRun(run: string): Promise<void> {
  const config = loadConfig(runPaths(run).config);
  const captions = await captionsOf(config, Number(flags.captions));
  await withGenerator(
    { run },
    config,
    console.error,
    ({ generator, contextLength, checkpoint }) => {
      const heads = generator.model.config.future?.count ?? 0;
      const options = {
        ...drawOptions(
          { ...config.generate, temperature: Number(flags.temperature) },
          contextLength,
        ),
        candidates: 1,
        guidance: 1,
      };
      const ways: Way[] = Array.from({ length: heads + 1 }, (_, drafts) => {
        return { drafts, seconds: [], drawn: [], figures: null };
      });
      // Once for the programs to be compiled.
      for (const way of ways) drawEach(generator, captions.slice(0, 2), options, way);
      for (const way of ways) way.seconds.length = 0;
      for (let round = 0; round < Number(flags.rounds); round++) {
        for (const way of ways) drawEach(generator, captions, options, way);
      }
      const [plain] = ways as [Way];
      const tokens = plain.drawn.reduce((sum, { ids }) => sum + ids.length, 0);
      const rows = ways.map(({ drafts, seconds, drawn, figures }) => ({
        drafts,
        tokensPerPass: figures === null ? 1 : figures.tokens / figures.steps,
        kept: figures === null ? null : figures.accepted / figures.drafted,
        tokensPerSecond: tokens / median(seconds),
        timesAsFast: median(plain.seconds.map((each, i) => each / seconds[i]!)),
        same: isDeepStrictEqual(
          drawn.map(({ ids }) => ids),
          plain.drawn.map(({ ids }) => ids),
        ),
      }));
      const { future } = generator.model.config;
      const about = { checkpoint, future, temperature: Number(flags.temperature) };
      if (flags.json) {
        console.log(JSON.stringify({ ...about, captions: captions.length, tokens, rows }));
      } else {
        console.log(`${checkpoint}: ${heads} ${future?.kind} heads, ${captions.length} drawings`);
        console.log(`of ${tokens} tokens at temperature ${flags.temperature}, each alone`);
        console.log("drafts  tokens a pass  drafts kept  tokens/s  times as fast  same drawings");
        for (const row of rows) {
          const kept = row.kept === null ? "" : `${(100 * row.kept).toFixed(0)} %`;
          console.log(
            [
              String(row.drafts).padStart(6),
              row.tokensPerPass.toFixed(2).padStart(13),
              kept.padStart(11),
              row.tokensPerSecond.toFixed(0).padStart(8),
              row.timesAsFast.toFixed(2).padStart(13),
              (row.same ? "yes" : "NO").padStart(13),
            ].join("  "),
          );
        }
      }
      if (rows.some(({ same }) => !same)) process.exitCode = 1;
    },
  );
}

/** Layers and hidden size. */
const shapes: readonly (readonly [number, number])[] = [
  [4, 128],
  [4, 192],
  [8, 256],
  [8, 384],
  [12, 512],
];
const capacity = 128;
const rounds = 7;

const processorMilliseconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

async function costs(): Promise<void> {
  const { engine } = await startEngine("onnx", { threads: 1 });
  console.log(
    "layers x width  parameters  heads          drafts  a plain pass  with drafts  times",
  );
  for (const [layers, hiddenSize] of shapes) {
    for (const kind of ["sequential", "parallel"] as const) {
      for (const drafts of [1, 2]) {
        const config: DecoderConfig = {
          ...{ ...plainDecoder, layers, hiddenSize, vocabularySize: 2000, contextLength: capacity },
          ...{ heads: hiddenSize / 32, kvHeads: hiddenSize / 32, headDim: 32 },
          intermediateSize: 8 * Math.ceil(hiddenSize / 3),
          ...{ positions: "rotary", rope: plainRope(10_000), norm: "rmsNorm", normEpsilon: 1e-5 },
          ...{ activation: "silu", gated: true, biases: layerBiases(false), tieEmbeddings: true },
          future: { kind, count: drafts },
        };
        const model = new Model(engine, config, initialWeights(config, { seed: 1 }), {
          frozen: true,
        });
        const { plain, drafted } = timed(model, drafts);
        const ratio = median(drafted.map((each, i) => each / plain[i]!));
        console.log(
          [
            `${layers} x ${hiddenSize}`.padEnd(14),
            `${(model.parameterCount / 1e6).toFixed(1)} M`.padStart(10),
            kind.padEnd(13),
            String(drafts).padStart(6),
            `${median(plain).toFixed(2)} ms`.padStart(13),
            `${median(drafted).toFixed(2)} ms`.padStart(11),
            ratio.toFixed(2).padStart(6),
          ].join("  "),
        );
        model.dispose();
      }
    }
  }
  engine.dispose();
}

/** Milliseconds a pass, over the second half of the context, in turn. */
function timed(model: Model, drafts: number) {
  const plain = new DecodingSession(model, { batch: 1, capacity });
  const speculative = new SpeculativeSession(model, { batch: 1, capacity, drafts });
  const prompt = Array.from({ length: capacity / 2 }, (_, i) => i);
  const steps = capacity / 2 - drafts - 1;
  const times = { plain: [] as number[], drafted: [] as number[] };
  const time = (step: (token: number) => void) => {
    const began = processorMilliseconds();
    for (let token = 0; token < steps; token++) step(token);
    return (processorMilliseconds() - began) / steps;
  };
  for (let round = 0; round <= rounds; round++) {
    plain.prefill([prompt]);
    speculative.prefill([prompt]);
    const ofPlain = time((token) => plain.step(Int32Array.of(token)));
    const ofDrafted = time((token) => speculative.step([token]));
    // The first compiles.
    if (round === 0) continue;
    times.plain.push(ofPlain);
    times.drafted.push(ofDrafted);
  }
  plain.dispose();
  speculative.dispose();
  return times;
}

if (flags.run === undefined) await costs();
else await drawRun(flags.run);
