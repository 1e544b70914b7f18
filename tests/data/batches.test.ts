import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Batch,
  BatchStream,
  evaluationBatches,
  ignoreIndex,
  packBestFit,
  TokenDataset,
  TokenTableBuilder,
} from "../../data/index.ts";

const pad = 0;
const begin = 1;
const opening = 2;
const end = 3;

/** Sample i: prompts `[1, 10 + i]` and `[1, 10 + i, 9]`; a drawing of 3 to 20 tokens from 100 i on. */
function dataset(size: number, shares?: readonly [number, number]): TokenDataset {
  const random = seedrandom("lengths");
  const prompts = new TokenTableBuilder(70_000);
  const drawings = new TokenTableBuilder(70_000);
  for (let i = 0; i < size; i++) {
    prompts.add([begin, 10 + i]);
    prompts.add([begin, 10 + i, 9]);
    const body = Array.from(
      { length: 1 + Math.floor(random() * 18) },
      (_, k) => 1000 + 100 * i + k,
    );
    drawings.add([opening, ...body, end]);
  }
  return new TokenDataset({
    ids: Array.from({ length: size }, (_, i) => `icon ${i}`),
    texts: Array.from({ length: size }, (_, i) => [`icon ${i}`, `icon ${i}, nice`]),
    prompts: prompts.build(),
    captionStarts: Uint32Array.from({ length: size + 1 }, (_, i) => 2 * i),
    drawings: drawings.build(),
    drawingStarts: Uint32Array.from({ length: size + 1 }, (_, i) => i),
    emptyPrompt: Int32Array.of(begin),
    ...(shares && {
      captionShares: Float64Array.from({ length: 2 * size }, (_, i) => shares[i % 2] ?? 0),
    }),
  });
}

const options = {
  batchSize: 4,
  sequenceLength: 40,
  packing: true,
  lossOn: "drawing",
  seed: 5,
  pad,
} as const;

/** The samples of a batch, read back from its arrays: inputs, and the target after the last. */
function samplesOf(batch: Batch): number[][] {
  const samples: number[][] = [];
  for (let place = 0; place < batch.tokens.length; place++) {
    if (batch.segments[place] === 0) continue;
    if (batch.positions[place] === 0) samples.push([]);
    samples.at(-1)?.push(batch.tokens[place] as number);
    const last =
      place + 1 === batch.tokens.length ||
      (place + 1) % batch.sequenceLength === 0 ||
      batch.segments[place + 1] !== batch.segments[place];
    if (last) samples.at(-1)?.push(batch.targets[place] as number);
  }
  return samples;
}

test("best fit fills rows without cutting, and loses nothing", () => {
  const random = seedrandom("packing");
  const lengths = Array.from({ length: 500 }, () => 1 + Math.floor(random() * 50));
  const batchSize = packBestFit(lengths, 64);
  const sum = (row: readonly number[]) =>
    row.reduce((total, item) => total + (lengths[item] ?? 0), 0);
  assert.ok(batchSize.every((row) => sum(row) <= 64));
  assert.equal(
    batchSize.flat().sort((a, b) => a - b),
    lengths.map((_, i) => i),
  );
  const fewest = Math.ceil(sum(lengths.map((_, i) => i)) / 64);
  assert.ok(batchSize.length <= fewest * 1.02 + 1, `${batchSize.length} rows, at best ${fewest}`);
  assert.throws(() => packBestFit([65], 64), /takes 65 places/);
});

test("an epoch shows every sample once, whole, each with one of its captions", () => {
  const data = dataset(30);
  const stream = new BatchStream(data, { ...options, batchSize: 1 });
  const seen = Array.from({ length: stream.rowsInEpoch }, () => stream.next()).flatMap(samplesOf);
  assert.is(stream.epochs, 1);
  assert.is(seen.length, 30);
  const icons = seen.map((tokens) => (tokens[1] as number) - 10);
  assert.equal(
    [...icons].sort((a, b) => a - b),
    Array.from({ length: 30 }, (_, i) => i),
  );
  seen.forEach((tokens, i) => {
    const sample = icons[i] as number;
    const wanted = [0, 1].map((caption) => [...data.get({ sample, caption, drawing: 0 }).tokens]);
    assert.ok(wanted.some((whole) => whole.join() === tokens.join()));
  });
  assert.ok(seen.some((tokens) => tokens[2] === 9));
  assert.ok(seen.some((tokens) => tokens[2] === opening));
});

for (const packing of [true, false]) {
  test(`targets are the next tokens, only the drawing's counted (packing ${packing})`, () => {
    const batch = new BatchStream(dataset(12), { ...options, packing }).next();
    let counted = 0;
    for (let place = 0; place < batch.tokens.length; place++) {
      const target = batch.targets[place] as number;
      const token = batch.tokens[place] as number;
      if (batch.segments[place] === 0) assert.equal([token, target], [pad, ignoreIndex]);
      if (target === ignoreIndex) continue;
      counted++;
      assert.ok(target === end || target >= 1000);
      if (target !== end) assert.is(batch.tokens[place + 1], target);
    }
    assert.is(batch.targetCount, counted);
    const sizes = samplesOf(batch).map((tokens) => tokens.length - tokens.indexOf(opening) - 1);
    assert.is(
      sizes.reduce((a, b) => a + b),
      counted,
    );
    if (!packing) assert.is(batch.samples, 4);
  });
}

test("with the loss on the whole sample, all targets of a sample are counted", () => {
  const batch = new BatchStream(dataset(12), { ...options, lossOn: "sample" }).next();
  const inSamples = batch.segments.filter((segment) => segment > 0).length;
  assert.is(batch.targetCount, inSamples);
});

test("the same seed gives the same batches, another seed others", () => {
  const take = (seed: number) => {
    const stream = new BatchStream(dataset(40), { ...options, seed });
    return Array.from({ length: 12 }, () => stream.next());
  };
  assert.equal(take(5), take(5));
  assert.not.equal(take(5), take(6));
});

test("a stream goes on where its state was taken, over the end of an epoch too", () => {
  const data = dataset(25);
  const stream = new BatchStream(data, options);
  for (let step = 0; step < 9; step++) {
    const resumed = new BatchStream(data, options, stream.state);
    assert.equal(resumed.next(), stream.next());
  }
  assert.ok(stream.state.epoch >= 1);
});

test("captions are dropped for the share that is asked for, all else chosen as it is without", () => {
  const data = dataset(400);
  const shown = (captionDropout: number, epoch: number) => {
    const chosen = { ...options, batchSize: 1, packing: false, captionDropout };
    const stream = new BatchStream(data, chosen, { epoch, row: 0 });
    return Array.from({ length: 400 }, () => stream.next()).flatMap(samplesOf);
  };
  const [whole, dropped] = [shown(0, 3), shown(0.3, 3)];
  let without = 0;
  for (const [i, tokens] of dropped.entries()) {
    if (tokens[1] === opening) without++;
    const expected = whole[i]!;
    const drawing = expected.slice(expected.indexOf(opening));
    assert.equal(tokens, tokens[1] === opening ? [begin, ...drawing] : expected);
  }
  assert.ok(without > 90 && without < 150, `${without} of 400`);
  assert.equal(shown(0.3, 3), dropped);
  assert.not.equal(shown(0.3, 4), dropped);
  const stream = new BatchStream(data, { ...options, captionDropout: 0.3 });
  for (let step = 0; step < 5; step++) stream.next();
  const resumed = new BatchStream(data, { ...options, captionDropout: 0.3 }, stream.state);
  assert.equal(resumed.next(), stream.next());
});

test("fewer samples than a batch has rows: the batch holds several epochs, none is padded", () => {
  const batch = new BatchStream(dataset(3), { ...options, batchSize: 8, packing: false }).next();
  assert.is(batch.samples, 8);
});

test("evaluation shows every sample once with its plainest caption", () => {
  const batches = [...evaluationBatches(dataset(23), options)];
  const seen = batches.flatMap(samplesOf);
  assert.is(seen.length, 23);
  assert.ok(seen.every((tokens) => tokens[2] === opening));
  assert.ok(batches.every((batch) => batch.tokens.length === 160));
});

test("an empty dataset and a sample longer than a row are refused", () => {
  assert.throws(() => new BatchStream(dataset(0), options), /at least one sample/);
  assert.throws(() => new BatchStream(dataset(5), { ...options, sequenceLength: 4 }), RangeError);
});

test("large vocabularies take four bytes a token, small ones two", () => {
  const build = (size: number) => {
    const builder = new TokenTableBuilder(size);
    builder.add([1, 2, 3]);
    builder.add([]);
    builder.add([size - 1]);
    return builder.build();
  };
  assert.instance(build(65_536).tokens, Uint16Array);
  assert.instance(build(65_537).tokens, Uint32Array);
  assert.equal([...build(65_537).get(2)], [65_536]);
  assert.is(build(10).lengthOf(1), 0);
  assert.throws(() => build(10).get(3), /sequence 3 of a table of 3/);
});

test("captions are shown by their shares", () => {
  const shown = (set: TokenDataset) => {
    const long = Array.from({ length: 1000 }, (_, i) => set.pickCaption(0, 0, i / 1000));
    return long.reduce((sum, caption) => sum + caption, 0);
  };
  assert.is(shown(dataset(2)), 500);
  assert.is(shown(dataset(2, [0.4, 0.6])), 600);
  assert.is(shown(dataset(2, [1, 3])), 750);
  assert.is(shown(dataset(2, [1, 0])), 0);
});

test("grouped by length, all samples come in rows no longer than they need", () => {
  const data = dataset(60);
  const grouping = { ...options, packing: false, groupByLength: true };
  const positions = (stream: BatchStream) => {
    const batches = Array.from({ length: 15 }, () => stream.next());
    const seen = new Set(
      batches.flatMap(({ shown = [] }) => shown.flat().map((each) => each.sample)),
    );
    assert.is(seen.size, 60);
    return batches.map(({ sequenceLength, batchSize }) => sequenceLength * batchSize);
  };
  const grouped = positions(new BatchStream(data, grouping));
  const plain = positions(new BatchStream(data, { ...options, packing: false }));
  const total = (sizes: readonly number[]) => sizes.reduce((sum, each) => sum + each, 0);
  assert.ok(total(grouped) < 0.6 * total(plain), `${total(grouped)} of ${total(plain)}`);
  assert.ok(
    grouped.every((size) => [40, 80, 120, 160].includes(size)),
    `${grouped}`,
  );
  // Batches of one length do not come one after the other.
  assert.not.equal(
    grouped,
    grouped.toSorted((a, b) => b - a),
  );
  const whole = new BatchStream(data, grouping);
  for (let i = 0; i < 4; i++) whole.next();
  const resumed = new BatchStream(data, grouping, whole.state);
  for (let i = 0; i < 20; i++) assert.equal(resumed.next(), whole.next());
});

test.run();
