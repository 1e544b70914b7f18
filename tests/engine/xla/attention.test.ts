/** Attention by blocks: what it computes, its gradients, and that its memory follows the length. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, Graph, gradients, ops, type Value } from "../../../engine/index.ts";
import { XlaEngine } from "../../../engine/xla/index.ts";
import { cut } from "../../../engine/xla/lower/attention/blocks.ts";
import { oneDevice } from "../../../engine/xla/mesh/index.ts";
import { whyUnavailable } from "../../../engine/xla/plugins/index.ts";
import type { XlaProgram } from "../../../engine/xla/program.ts";
import { attentionCases } from "../conformance/attention-cases.ts";
import { dataOf, forwardGraph, gradientGraph } from "../conformance/case.ts";
import { compareElements, compareResults } from "../conformance/compare.ts";
import { TogetherRuns } from "../conformance/together.ts";
import { checkGradients, randomInput, runGradients, weightedSum } from "../finite-differences.ts";

const why = whyUnavailable();
const whenThere = why === null ? test : test.skip;
if (why !== null) console.log(`SKIPPED attention of xla by blocks: ${why}`);

const usual = { mesh: oneDevice };
const by = (size: number) => ({ ...usual, attention: { longerThan: 0, size } });

test("squares in which nothing is in sight are left out", () => {
  const query = [1, 1, 10, 4];
  const plain = cut(query, 0, by(4));
  assert.equal([plain.size, plain.length], [4, 12]);
  assert.equal(plain.queries, [0, 4, 4, 8, 8, 8]);
  assert.equal(plain.keys, [0, 0, 4, 0, 4, 8]);
  // The first query of the block from 8 on sees 6, 7 and 8.
  const near = cut(query, 3, by(4));
  assert.equal(near.keys, [0, 0, 4, 4, 8]);
  // That of the block from 4 on sees itself alone.
  assert.equal(cut(query, 1, by(4)).keys, [0, 4, 8]);
});

test("a block takes no more than what it has to hold", () => {
  assert.equal(cut([1, 1, 1, 4], 0, usual).size, 1);
  assert.equal(cut([1, 2, 300, 4], 0, by(200)).size, 150);
  assert.ok(cut([64, 32, 4096, 64], 0, usual).size < cut([1, 8, 4096, 64], 0, usual).size);
});

test("on a mesh a block is as large as that of one device's share of rows and heads", () => {
  const share = cut([16, 16, 4096, 64], 0, usual);
  const all = cut([64, 32, 4096, 64], 0, { mesh: { data: 4, model: 2, sharded: false } });
  assert.equal(all, share);
});

/** An engine whose attention is by small blocks always, as long as the test lasts. */
function withBlocks(size: number, use: (engine: XlaEngine) => void): void {
  const engine = new XlaEngine({ attention: { longerThan: 0, size } });
  try {
    use(engine);
    assert.equal(engine.memory(), { buffers: 0, bytes: 0, programs: 0 });
  } finally {
    engine.dispose();
  }
}

const cases = attentionCases.filter(({ name }) => name.startsWith("causalAttention:"));

whenThere("every case of the conformance suite, values and gradients, in blocks of 4", () => {
  assert.ok(cases.length > 12);
  withBlocks(4, (engine) => {
    const kinds = [
      { graphOf: forwardGraph, tolerance: 1e-5 },
      { graphOf: gradientGraph, tolerance: 4e-5 },
    ];
    for (const { graphOf, tolerance } of kinds) {
      const entries = cases.map((one) => ({ graph: graphOf(one), data: dataOf(one) }));
      const runs = new TogetherRuns(engine, entries, 30);
      for (const [i, { graph, data }] of entries.entries()) {
        compareResults(runs.resultsOf(i), graph, data, tolerance);
      }
    }
  });
});

const packed = {
  query: randomInput([2, 4, 9, 3], 1, [-2, 2]),
  key: randomInput([2, 2, 9, 3], 2, [-2, 2]),
  value: randomInput([2, 2, 9, 3], 3),
  segments: {
    shape: [2, 9],
    data: Int32Array.of(1, 1, 1, 1, 1, 2, 2, 3, 3, 1, 2, 2, 2, 2, 2, 2, 2, 0),
  },
};

const attended = ({ query, key, value, segments }: Readonly<Record<string, Value>>): Value =>
  weightedSum(
    ops.causalAttention({ query: query!, key: key!, value: value!, segments: segments! }),
  );

whenThere("gradients of packed rows in groups are those of finite differences", () => {
  withBlocks(4, (engine) => {
    checkGradients(engine, (_, inputs) => attended(inputs), packed, {
      tolerance: 2e-5,
      elements: 30,
    });
  });
});

whenThere("a longer sequence has the same gradients by blocks as whole", () => {
  const shape = { batch: 2, heads: 4, kv: 2, length: 333, width: 16 };
  const { batch, heads, kv, length, width } = shape;
  const inputs = {
    query: randomInput([batch, heads, length, width], 5, [-2, 2]),
    key: randomInput([batch, kv, length, width], 6, [-2, 2]),
    value: randomInput([batch, kv, length, width], 7),
    segments: {
      shape: [batch, length],
      data: Int32Array.from({ length: batch * length }, (_, i) => Math.floor((i % length) / 70)),
    },
  };
  const names = ["query", "key", "value"];
  const found = (engine: Engine) => runGradients(engine, (_, all) => attended(all), inputs, names);
  const whole = new XlaEngine();
  const expected = found(whole);
  whole.dispose();
  withBlocks(64, (engine) => {
    const { loss, gradients: each } = found(engine);
    compareElements("loss", [loss], [expected.loss], 1e-5);
    for (const name of names) {
      compareElements(name, each[name]!, expected.gradients[name]!, 1e-5);
    }
  });
});

function temporaryBytes(engine: XlaEngine, length: number): number {
  const graph = new Graph();
  const shape = [1, 2, length, 16];
  const [query, key, value] = ["query", "key", "value"].map((name) => graph.input(name, shape));
  const operands = { query: query!, key: key!, value: value! };
  const loss = ops.sum(ops.square(ops.causalAttention(operands)));
  for (const [i, each] of gradients(loss, Object.values(operands)).entries()) {
    graph.output(`${i}`, each);
  }
  const program = engine.compile(graph) as XlaProgram;
  const { temporary } = program.memory();
  program.dispose();
  return temporary;
}

whenThere("by XLA's own report twice the length takes twice the memory, whole four times", () => {
  const growth = (engine: XlaEngine) => temporaryBytes(engine, 1024) / temporaryBytes(engine, 512);
  withBlocks(128, (engine) => assert.ok(growth(engine) < 2.2, `${growth(engine)}`));
  const whole = new XlaEngine({ attention: { longerThan: 4096 } });
  assert.ok(growth(whole) > 3, `${growth(whole)}`);
  whole.dispose();
});

test.run();
