import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Sample } from "../../data/index.ts";
import { startEngine } from "../../engine/index.ts";
import { initialWeights, logits, Model } from "../../models/index.ts";
import { drawingLogLikelihoods, rankCaptions } from "../../src/evaluate/index.ts";
import { parseDrawing } from "../../svg/index.ts";
import { createPathTokenizer, strokeIconOptions } from "../../tokenizer/index.ts";
import { gpt2Like, llamaLike } from "../models/configs.ts";

const { engine } = await startEngine("onnx", { threads: 2 });

/** By a forward pass of the one sequence. */
function alone(model: Model, { tokens, drawingStart }: Sample): number {
  const { vocabularySize } = model.config;
  const all = logits(model, [[...tokens].slice(0, -1)]);
  let sum = 0;
  for (let place = drawingStart + 1; place < tokens.length; place++) {
    const row = all.subarray((place - 1) * vocabularySize, place * vocabularySize);
    const highest = Math.max(...row);
    const total = row.reduce((mass, value) => mass + Math.exp(value - highest), 0);
    sum += row[tokens[place]!]! - highest - Math.log(total);
  }
  return sum;
}

for (const shape of [gpt2Like, llamaLike]) {
  test(`packed samples are as likely as each alone (${shape.positions} positions)`, () => {
    const config = { ...shape, contextLength: 80 };
    const model = new Model(engine, config, initialWeights(config, { seed: 3, std: 0.3 }));
    const random = seedrandom("samples");
    const samples = Array.from({ length: 90 }, (_, i) => ({
      tokens: Int32Array.from({ length: 3 + 13 * (i % 7) - (i % 7 === 6 ? 1 : 0) }, () =>
        Math.floor(random() * config.vocabularySize),
      ),
      drawingStart: 1 + (i % 2),
    }));
    const progress: number[] = [];
    const likely = drawingLogLikelihoods(model, samples, 0, (done) => progress.push(done));
    assert.is(progress.at(-1), 90);
    for (const [i, sample] of samples.entries()) {
      const expected = alone(model, sample);
      assert.ok(Math.abs(likely[i]! - expected) < 1e-3, `${i}: ${likely[i]}, ${expected}`);
    }
    const long = { tokens: new Int32Array(82), drawingStart: 1 };
    assert.throws(() => drawingLogLikelihoods(model, [long], 0), /82 tokens is longer than 80/);
    model.dispose();
  });
}

const tokenizer = createPathTokenizer({ options: strokeIconOptions });

function captionModel(std: number): Model {
  const config = {
    ...llamaLike,
    vocabularySize: tokenizer.vocabulary.size,
    contextLength: 64,
    tieEmbeddings: true,
  };
  return new Model(engine, config, initialWeights(config, { seed: 5, std }));
}

const entries = ["circle", "square", "house", "tree"].map((caption) => ({
  captions: [caption, `${caption} alias`],
  ids: tokenizer.encode(
    parseDrawing(
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M3 3h${caption.length}v9" fill="none" stroke="currentColor"/></svg>`,
      tokenizer.canonical,
    ).drawing,
  ),
}));
const captions = entries.map((entry) => entry.captions[0]!);
const options = { drawings: 10, captions: 4, contextLength: 64, seed: 1 };

test("the rank of the true caption is that of its likelihood among those offered", () => {
  const model = captionModel(0.4);
  const found = rankCaptions(model, tokenizer, entries, captions, options);
  assert.ok(found);
  const ranks = entries.map(({ captions: [own], ids }) => {
    const likely = (caption: string) => {
      const prompt = [tokenizer.vocabulary.special.bos, ...tokenizer.encodeText(caption)];
      const tokens = Int32Array.from([...prompt, ...ids]);
      return alone(model, { tokens, drawingStart: prompt.length });
    };
    return captions.filter((each) => likely(each) > likely(own!)).length + 1;
  });
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
  assert.is(found.drawings, 4);
  assert.ok(Math.abs(found.mrr.value - mean(ranks.map((rank) => 1 / rank))) < 1e-9);
  assert.is(found.top1.value, mean(ranks.map((rank) => Number(rank === 1))));
  assert.ok(Math.abs(found.chance.mrr - (1 + 1 / 2 + 1 / 3 + 1 / 4) / 4) < 1e-12);
  model.dispose();
});

test("a model that does not read captions is at chance, not at the top", () => {
  const model = captionModel(0);
  const found = rankCaptions(model, tokenizer, entries, captions, options)!;
  assert.ok(Math.abs(found.top1.value - 1 / 4) < 1e-9);
  assert.ok(Math.abs(found.mrr.value - found.chance.mrr) < 1e-9);
  model.dispose();
});

test("an alias of the drawing is no wrong answer, and too few captions rank nothing", () => {
  const model = captionModel(0.4);
  const offered = [...captions, "circle alias", "square alias", "house alias", "tree alias"];
  const five = { ...options, captions: 8 };
  assert.is(rankCaptions(model, tokenizer, entries, offered, five), null);
  assert.ok(rankCaptions(model, tokenizer, entries, offered, { ...options, captions: 7 }));
  assert.is(rankCaptions(model, tokenizer, entries, captions, { ...options, captions: 5 }), null);
  model.dispose();
});

test.run();
