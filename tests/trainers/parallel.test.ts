/** Two processes that train together do what one does with their micro-batches one after the other. */
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { pack, planBuckets, unpack } from "../../trainers/parallel/buckets.ts";
import { planShards } from "../../trainers/parallel/shards.ts";
import { answers, launchers, startRanks, whyNone } from "../distributed/mpirun.ts";
import { skipTests } from "../testing/skip.ts";

interface Difference {
  readonly loss: number;
  readonly weights: number;
}

interface Answer {
  readonly byOptimizer: Readonly<
    Record<string, Difference & { readonly state: number; readonly sameNames: boolean }>
  >;
  readonly resumed: readonly number[];
  readonly exact: Difference;
  readonly idle: Difference;
  readonly roomy: Difference;
  readonly averages: number;
  readonly preferences: {
    readonly numbers: number;
    readonly compared: number;
    readonly weights: number;
    readonly epochs: boolean;
  };
  readonly evaluated: number;
  readonly drift: string;
  readonly trouble: string;
  readonly suspects: number;
  readonly worst: string;
}

const [launcher] = launchers();
if (launcher === undefined) skipTests(whyNone);
else {
  test(`two ranks equal one rank with double accumulation (${launcher.name})`, async () => {
    const program = [join(import.meta.dirname, "parallel-worker.ts")] as const;
    const ended = await startRanks(launcher, 2, program);
    assert.is(ended.code, 0, ended.stderr);
    const both = answers<Answer>(ended);
    assert.is(both.length, 2);
    for (const answer of both) {
      for (const [name, found] of Object.entries(answer.byOptimizer)) {
        assert.ok(found.loss <= 1e-6, `${name}: losses differ by ${found.loss}`);
        assert.ok(found.weights <= 1e-6, `${name}: weights differ by ${found.weights}`);
        assert.ok(found.state <= 1e-6, `${name}: states differ by ${found.state}`);
        assert.ok(found.sameNames, `${name}: the same state is saved`);
      }
      for (const difference of answer.resumed) assert.ok(difference <= 1e-6, `${difference}`);
      assert.equal(
        answer.exact,
        { loss: 0, weights: 0 },
        "one micro-batch a rank: to the last bit",
      );
      for (const found of [answer.idle, answer.roomy]) {
        assert.ok(found.loss <= 1e-6 && found.weights <= 1e-6, JSON.stringify(found));
      }
      assert.ok(answer.averages <= 1e-6 && answer.evaluated <= 1e-6);
      const { preferences } = answer;
      assert.ok(preferences.epochs && preferences.compared === 29);
      assert.ok(preferences.numbers <= 1e-5, `pairs: figures differ by ${preferences.numbers}`);
      assert.ok(preferences.weights <= 1e-6, `pairs: weights differ by ${preferences.weights}`);
      assert.is(answer.trouble, "non-finite");
      assert.ok(answer.suspects > 0);
      assert.is(answer.worst, "NaN", "the sample that is to blame, whichever rank has it");
      assert.match(answer.drift, /^step 7: the weights of rank 1 are no longer those of rank 0/);
    }
    const { loss, weights } = both[0]!.byOptimizer.adamw!;
    console.log(`REPORT two ranks beside one, AdamW sharded: losses ${loss}, weights ${weights}`);
  });
}

test("buckets hold all elements once, small tensors together and large ones in pieces", () => {
  const buckets = planBuckets([3, 0, 2, 9], 4);
  const plain = buckets.map((bucket) =>
    bucket.map(({ tensor, from, to }) => `${tensor}:${from}-${to}`).join(" "),
  );
  assert.equal(plain, ["0:0-3 2:0-1", "2:1-2 3:0-3", "3:3-7", "3:7-9"]);
  const tensors = [3, 0, 2, 9].map((length, t) =>
    Float32Array.from({ length }, (_, i) => 10 * t + i),
  );
  const copies = tensors.map((tensor) => new Float32Array(tensor.length));
  for (const bucket of buckets) {
    const packed = new Float32Array(4);
    pack(bucket, tensors, packed);
    unpack(bucket, packed, copies);
  }
  assert.equal(copies, tensors);
  assert.equal(planBuckets([], 4), []);
});

test("shards hold every parameter once: cut where elements are alone, whole where not", () => {
  const lengths = [10, 1, 5];
  for (const ranks of [1, 2, 3, 20]) {
    const cut = planShards(lengths, ranks, "adamw");
    const sizes = cut.map((shard) => shard.reduce((sum, { from, to }) => sum + to - from, 0));
    assert.is(
      sizes.reduce((sum, size) => sum + size, 0),
      16,
    );
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `${sizes}`);
    const whole = planShards(lengths, ranks, "muon").flat();
    assert.equal(
      whole.sort((a, b) => a.tensor - b.tensor),
      lengths.map((to, tensor) => ({ tensor, from: 0, to })),
    );
  }
});

test.run();
