import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing } from "../../../svg/index.ts";
import {
  createPathTokenizer,
  DecodeError,
  learnPathMerges,
  PathMergeError,
  strokeIconOptions,
  TokenizerFileError,
  tokenizerFromJSON,
  withMerges,
} from "../../../tokenizer/index.ts";
import { lucideIcons } from "../icons.ts";
import { randomNumbers, sampleIds, smallestBudget } from "../sampling.ts";
import { drawings } from "./drawings.ts";

const plain = createPathTokenizer({ options: strokeIconOptions });
const icons = lucideIcons().map(({ svg }) => parseDrawing(svg, plain.canonical).drawing);
const {
  tokenizer: merged,
  tokensBefore,
  tokensAfter,
} = learnPathMerges(plain, icons, {
  merges: 300,
});

test("frequent runs become tokens, and drawings shorter", () => {
  assert.is(merged.vocabulary.size, plain.vocabulary.size + 300);
  assert.is(merged.merges.length, 300);
  const tokens = icons.reduce((sum, icon) => sum + merged.encode(icon).length, 0);
  assert.is(tokens, tokensAfter);
  assert.ok(tokensAfter < 0.75 * tokensBefore, `${tokensBefore} to ${tokensAfter}`);
});

test("segment merges join whole commands alone, and every icon comes back", () => {
  const segments = learnPathMerges(plain, icons, { merges: 300, unit: "segment" });
  assert.is(segments.tokenizer.merges.length, 300);
  assert.ok(segments.tokensAfter < 0.8 * tokensBefore, `${segments.tokensAfter}`);
  const numbers = /^<\|(?:[0-9a-f](?:\.\.)?|minus|plus|r\d+|d?[xy]-?\d+)\|>$/;
  const isNumber = (id: number) => numbers.test(segments.tokenizer.vocabulary.token(id) ?? "");
  for (const icon of icons) {
    const ids = segments.tokenizer.encode(icon);
    assert.equal(segments.tokenizer.decode(ids), icon);
    // What follows a run begins a command: no run ends within one.
    ids.forEach((id, i) => {
      const follows = ids[i + 1];
      if (id >= plain.vocabulary.size && follows !== undefined) assert.not(isNumber(follows));
    });
  }
  const again = tokenizerFromJSON(JSON.parse(JSON.stringify(segments.tokenizer)));
  assert.equal(again.encode(icons[7]!), segments.tokenizer.encode(icons[7]!));
});

test("every Lucide icon comes back from its merged tokens", () => {
  for (const icon of icons) assert.equal(merged.decode(merged.encode(icon)), icon);
});

test("any drawing comes back, those too that no run was learned from", () => {
  fc.assert(
    fc.property(drawings(strokeIconOptions), (drawing) => {
      assert.equal(merged.decode(merged.encode(drawing)), drawing);
    }),
    { numRuns: 300, seed: 1 },
  );
});

test("a merged token that does not fit is named by its own place", () => {
  const ids = merged.encode(icons[0]!);
  for (let length = 0; length < ids.length; length++) {
    assert.throws(
      () => merged.decode(ids.slice(0, length)),
      (error: unknown) => error instanceof DecodeError && error.position === length,
    );
  }
});

test("the automaton accepts every icon's merged tokens within the canvas", () => {
  const automaton = merged.automaton();
  const beside = [plain.vocabulary.id("<|plus|>")!, plain.vocabulary.id("<|minus|>")!];
  for (const icon of icons.filter((_, i) => i % 10 === 0)) {
    if (plain.encode(icon).some((id) => beside.includes(id))) continue;
    const ids = merged.encode(icon);
    const state = automaton.start(ids.length + 6);
    for (const id of ids) state.accept(id);
    assert.ok(state.done);
    assert.is(state.budget, 6);
  }
});

test("300 sequences of random merged tokens decode and keep to the budget", () => {
  const automaton = merged.automaton();
  const random = randomNumbers(3);
  const logits = new Float32Array(merged.vocabulary.size);
  const smallest = smallestBudget(automaton);
  let runs = 0;
  for (let i = 0; i < 300; i++) {
    const budget = smallest + Math.floor(random() * 30);
    const isPlain = (id: number) => id < plain.vocabulary.size;
    const ids = sampleIds(automaton.start(budget), logits, random, isPlain);
    assert.ok(ids.length <= budget);
    assert.ok(merged.decode(ids).elements.length > 0);
    runs += ids.filter((id) => !isPlain(id)).length;
  }
  assert.ok(runs > 1000, `${runs} merged tokens were sampled`);
});

test("merges are saved and read back", () => {
  const json = JSON.parse(JSON.stringify(merged.toJSON()));
  const read = tokenizerFromJSON(json);
  assert.equal(read.encode(icons[7]!), merged.encode(icons[7]!));
  assert.is(read.vocabulary.size, merged.vocabulary.size);
  json.model.pathloom.merges[5] = [0, 1];
  assert.throws(
    () => tokenizerFromJSON(json),
    (error: unknown) =>
      error instanceof TokenizerFileError && error.place === "model.pathloom.merges[5]",
  );
});

test("merges of special or unknown tokens are refused", () => {
  const { eos } = plain.vocabulary.special;
  const wrong = (left: number, right: number) => () => withMerges(plain, [[left, right]]);
  for (const [left, right] of [
    [eos, eos - 10],
    [3, 4],
    [plain.vocabulary.size, plain.vocabulary.size],
    [plain.vocabulary.size - 1, 1.5],
  ] as const) {
    assert.throws(wrong(left, right), (error: unknown) => error instanceof PathMergeError);
  }
});

test("merges that would make a few bytes endless are refused at once", () => {
  const first = plain.vocabulary.id("<|M|>")!;
  const next = plain.vocabulary.size;
  const doubled = Array.from({ length: 40 }, (_, i) =>
    i === 0 ? [first, first] : [next + i - 1, next + i - 1],
  );
  const wide = [[first, first], Array.from({ length: 1_000_000 }, () => next)];
  const many = Array.from({ length: 70_000 }, (_, i) => [first, first, i]);
  for (const merges of [doubled, wide, many]) {
    assert.throws(
      () => withMerges(plain, merges),
      (error: unknown) => error instanceof PathMergeError && /at most/.test(error.message),
    );
  }
});

test.run();
