/** A bound on all caches: requests wait or begin anew, and draw what they draw with room for all. */
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Buffer, bytesOf, type Engine, startEngine } from "../../engine/index.ts";
import {
  type CacheDtype,
  type CachePool,
  ContextError,
  ContinuousBatch,
  cacheBytes,
  type DecoderConfig,
  defaultSampling,
  type GenerationRequest,
  initialWeights,
  Model,
  poolOf,
} from "../../models/index.ts";
import { report } from "../testing/report.ts";
import { deltaLike, llamaLike, wide } from "./configs.ts";
import { type Drawn, submitTo } from "./submitted.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
test.after(() => engine.dispose());

const contextLength = 300;
const makeModel = (config: DecoderConfig, on: Engine = engine) =>
  new Model(on, config, initialWeights(config, { seed: 1, std: 0.4 }), { frozen: true });

/** Of its number alone: short ones, and every third as long as a row of the larger size. */
function requestOf(i: number, { vocabularySize }: DecoderConfig): GenerationRequest {
  const random = seedrandom(`request ${i}`);
  const below = (count: number) => Math.floor(random() * count);
  const ids = (length: number) => Array.from({ length }, () => below(vocabularySize));
  const common = Array.from({ length: 40 }, (_, place) => (7 * place) % vocabularySize);
  return {
    prompt: i % 2 === 0 ? [...common, ...ids(1 + below(50))] : ids(1 + below(60)),
    sampling: { ...defaultSampling, temperature: 0.5 + random() },
    seed: `seed ${i}`,
    maxNewTokens: i % 3 === 0 ? 110 + below(60) : 4 + below(30),
    stopIds: [],
    constraint: null,
    guidance: i % 4 === 1 ? { scale: 2, prompt: ids(1 + below(3)) } : null,
    alternatives: i % 5 === 0 ? 3 : null,
  };
}

interface Loaded {
  readonly batch: ContinuousBatch;
  readonly pool: CachePool;
}

function open(model: Model, tokens: number | null, cacheDtype: CacheDtype, rows = 16): Loaded {
  const room = { capacity: contextLength, rows, cacheDtype };
  const pool = poolOf(model.config, tokens, room);
  return { batch: new ContinuousBatch(model, { ...room, pool }), pool };
}

const configs: readonly (readonly [string, DecoderConfig, CacheDtype])[] = [
  ["float32", wide(llamaLike, contextLength), "float32"],
  ["int8", wide(llamaLike, contextLength), "int8"],
  ["heads that the runtime's attention does not take", { ...llamaLike, contextLength }, "float32"],
  ["a layer with a state", wide(deltaLike, contextLength), "float32"],
];
/** Products of these round otherwise for one row than for several, with or without a bound. */
const rounding = new Set(configs.slice(2).map(([name]) => name));
const count = 16;

for (const [name, config, cacheDtype] of configs) {
  test(`${name}: with any size of the pool the same is drawn, within its bound`, () => {
    const counted = new CountedCaches();
    const model = makeModel(config, counted.engine);
    const { buffers } = engine.memory();
    const alone = Array.from({ length: count }, (_, i) => {
      const { batch } = open(model, null, cacheDtype, 2);
      const { drawn } = submitTo(batch, requestOf(i, config));
      while (batch.step());
      batch.dispose();
      return drawn;
    });
    const preempted: number[] = [];
    for (const tokens of [1216, 1800, null]) {
      const { batch, pool } = open(model, tokens, cacheDtype);
      counted.compareWith(pool, blockBytes(config, cacheDtype));
      const all = Array.from({ length: count }, (_, i) => submitTo(batch, requestOf(i, config)));
      while (batch.step()) {
        const used = pool.reserved + pool.kept;
        assert.ok(used <= pool.blocks, `${used} blocks of ${pool.blocks}`);
        assert.ok(counted.unreserved <= 0, "all that is held is reserved");
      }
      for (const [i, { drawn }] of all.entries()) {
        if (rounding.has(name)) assertNear(drawn, alone[i]!);
        else assert.equal(drawn, alone[i], `request ${i}`);
      }
      preempted.push(batch.preempted);
      assert.is(batch.isShort, false);
      batch.dispose();
      assert.equal([pool.reserved, pool.kept], [0, 0], "all blocks are back");
      assert.ok(counted.mostUnreserved <= counted.largest, "at no moment more than one tensor");
      assert.is(engine.memory().buffers, buffers);
    }
    assert.ok(preempted[0]! > 0, "in the smallest, some gave way");
    assert.is(preempted.at(-1), 0);
    report(`${name}: given way ${preempted.slice(0, 2).join(" and ")} times in the smaller pools`);
    model.dispose();
  });
}

/** The same tokens, and nearly the same likelihoods. */
function assertNear(drawn: Drawn, wanted: Drawn): void {
  assert.equal(drawn.end?.ids, wanted.end?.ids);
  const logprobs = ({ tokens, end }: Drawn) => [
    ...tokens.map(({ logprob }) => logprob ?? 0),
    ...Object.values(end?.likelihood ?? {}),
  ];
  for (const [i, value] of logprobs(drawn).entries()) {
    assert.ok(Math.abs(value - logprobs(wanted)[i]!) < 1e-3);
  }
}

function blockBytes(config: DecoderConfig, cacheDtype: CacheDtype): number {
  return 16 * cacheBytes(config, cacheDtype).perToken;
}

/** An engine that knows how many bytes of caches are held: those of three and more axes. */
class CountedCaches {
  readonly engine: Engine;
  largest = 0;
  mostUnreserved = 0;
  #held = 0;
  #reserved = () => 0;

  constructor() {
    this.engine = new Proxy(engine, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        if (key === "buffer") return (...args: Parameters<Engine["buffer"]>) => this.#count(args);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  compareWith(pool: CachePool, bytes: number): void {
    this.#reserved = () => pool.reserved * bytes;
    this.#held = 0;
    this.mostUnreserved = 0;
  }

  get unreserved(): number {
    return this.#held - this.#reserved();
  }

  #count(args: Parameters<Engine["buffer"]>): Buffer {
    const buffer = engine.buffer(...args);
    if (buffer.type.shape.length < 3) return buffer;
    const bytes = bytesOf(buffer.type);
    this.largest = Math.max(this.largest, bytes);
    this.#held += bytes;
    this.mostUnreserved = Math.max(this.mostUnreserved, this.unreserved);
    const dispose = buffer.dispose.bind(buffer);
    let isHeld = true;
    buffer.dispose = () => {
      if (isHeld) this.#held -= bytes;
      isHeld = false;
      dispose();
    };
    return buffer;
  }
}

test("requests that leave give all of their blocks back, wherever they were", () => {
  const config = wide(llamaLike, contextLength);
  const model = makeModel(config);
  const buffers = engine.memory().buffers;
  for (const tokens of [1300, null]) {
    const { batch, pool } = open(model, tokens, "float32");
    const random = seedrandom(`leaving ${tokens}`);
    const ends: string[] = [];
    for (let i = 0, left = 40; left > 0 || batch.open > 0; i++) {
      if (left > 0 && random() < 0.5) {
        const { running, drawn } = submitTo(batch, requestOf(left--, config));
        const stays = Math.floor(random() * 90);
        if (random() < 0.6) {
          const from = i;
          leavers.push({ at: from + stays, running, drawn });
        }
      }
      for (const each of leavers.filter(({ at }) => at <= i)) {
        each.running.cancel();
        assert.ok(each.drawn.end !== null);
        ends.push(each.drawn.end!.reason);
      }
      leavers.splice(0, leavers.length, ...leavers.filter(({ at }) => at > i));
      batch.step();
    }
    assert.ok(ends.filter((reason) => reason === "cancelled").length > 5);
    assert.is(batch.rows, 0);
    assert.is(pool.reserved, 0, "nothing but what prompts left");
    batch.dispose();
    assert.is(pool.kept, 0);
    assert.is(engine.memory().buffers, buffers);
  }
  model.dispose();
});

const leavers: {
  readonly at: number;
  readonly running: ReturnType<typeof submitTo>["running"];
  readonly drawn: Drawn;
}[] = [];

test("a request that fails while it is read leaves nothing behind", () => {
  const config = wide(llamaLike, contextLength);
  const model = makeModel(config);
  const { batch, pool } = open(model, 1300, "float32");
  const failing = { done: false, mask: () => assert.unreachable("no"), accept: () => {} };
  const { drawn } = submitTo(batch, { ...requestOf(1, config), constraint: failing });
  const other = submitTo(batch, requestOf(3, config));
  while (batch.step());
  assert.is(drawn.end?.reason, "error");
  assert.is(other.drawn.end?.reason, "length");
  assert.is(pool.reserved, 0);
  batch.dispose();
  model.dispose();
});

test("two models with one shape share a pool, and both draw what each draws alone", () => {
  const config = wide(llamaLike, contextLength);
  const models = [1, 2].map(
    (seed) =>
      new Model(engine, config, initialWeights(config, { seed, std: 0.4 }), { frozen: true }),
  );
  const alone = models.map((model) =>
    Array.from({ length: 6 }, (_, i) => {
      const { batch } = open(model, null, "float32", 2);
      const { drawn } = submitTo(batch, requestOf(i, config));
      while (batch.step());
      batch.dispose();
      return drawn;
    }),
  );
  const room = { capacity: contextLength, rows: 8, cacheDtype: "float32" } as const;
  const pool = poolOf(config, 1300, room);
  const batches = models.map((model) => new ContinuousBatch(model, { ...room, pool }));
  const drawn = batches.map((batch) =>
    Array.from({ length: 6 }, (_, i) => submitTo(batch, requestOf(i, config)).drawn),
  );
  let shorts = 0;
  while (batches.map((batch) => batch.step()).some(Boolean)) {
    assert.ok(pool.reserved + pool.kept <= pool.blocks);
    if (batches.some(({ isShort }) => isShort)) shorts++;
  }
  assert.ok(shorts > 0, "one waited for the other");
  assert.equal(drawn, alone);
  for (const batch of batches) batch.dispose();
  assert.equal([pool.reserved, pool.kept], [0, 0]);
  for (const model of models) model.dispose();
});

test("short rows do not pay for a long one's room", () => {
  const config = wide(llamaLike, 2048);
  const model = makeModel(config);
  const room = { capacity: 2048, rows: 16, cacheDtype: "float32" } as const;
  const pool = poolOf(config, null, room);
  const batch = new ContinuousBatch(model, { ...room, pool });
  const request = { ...requestOf(1, config), guidance: null, maxNewTokens: 8 };
  const long = Array.from({ length: 600 }, (_, i) => i % config.vocabularySize);
  for (const prompt of [long, ...Array.from({ length: 8 }, (_, i) => [i + 1])]) {
    submitTo(batch, { ...request, prompt });
  }
  batch.step();
  assert.is(batch.rows, 9);
  // The reader's last prompt was a short one.
  assert.is(pool.reserved, (2048 + 8 * 128 + 128) / 16);
  batch.dispose();
  model.dispose();
});

test("a pool in which one request would never find room is refused", () => {
  const config = wide(llamaLike, contextLength);
  const model = makeModel(config);
  assert.throws(
    () => open(model, 1100, "float32"),
    (error: unknown) =>
      error instanceof ContextError &&
      /1088 tokens are too small .* up to 1216/.test(error.message),
  );
  model.dispose();
});

test.run();
