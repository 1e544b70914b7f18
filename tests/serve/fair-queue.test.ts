/** Who draws next. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { FairQueue, QueueFullError } from "../../src/serve/fair-queue.ts";

const never = new AbortController().signal;
const settled = () => new Promise((resolve) => setImmediate(resolve));

function queueOf(rows: number, more: Partial<ConstructorParameters<typeof FairQueue>[0]> = {}) {
  const queue = new FairQueue({ rows, maxWaiting: 100, maxWaitingPerClient: 50, ...more });
  const order: string[] = [];
  const releases = new Map<string, () => void>();
  const enter = (client: string, rowsAsked = 1, signal = never) => {
    const name = `${client}${[...order, ...releases.keys()].length}`;
    return queue.acquire(client, rowsAsked, signal).then((release) => {
      order.push(client);
      releases.set(name, release);
      return release;
    });
  };
  return { queue, order, enter };
}

test("clients take turns, however many requests one has waiting", async () => {
  const { order, enter, queue } = queueOf(1);
  const first = await enter("a");
  const waiting = [..."aaaabbc"].map((client) => enter(client));
  assert.is(queue.waiting, 7);
  first();
  for (const next of waiting) void next.then((release) => release());
  await Promise.all(waiting);
  assert.equal(order.join(""), "aabcabaa");
  assert.is(queue.rows, 0);
});

test("a request for many rows is not overtaken", async () => {
  const { order, enter } = queueOf(4);
  const holding = await enter("a", 3);
  const large = enter("b", 4);
  const small = enter("c", 1);
  await settled();
  assert.equal(order, ["a"], "one row is free, and kept for the request that came first");
  holding();
  (await large)();
  await small;
  assert.equal(order, ["a", "b", "c"]);
});

test("while it is held nobody is let in, however many rows are free", async () => {
  const { queue, order, enter } = queueOf(4);
  queue.hold(true);
  const waiting = [enter("a"), enter("b")];
  await settled();
  assert.equal([order.length, queue.waiting], [0, 2]);
  queue.hold(false);
  await Promise.all(waiting);
  assert.equal(order, ["a", "b"]);
});

test("rows are given back once", async () => {
  const { queue, enter } = queueOf(2);
  const release = await enter("a", 2);
  release();
  release();
  assert.is(queue.rows, 0);
});

test("who gives up its place lets the others move on", async () => {
  const { queue, enter } = queueOf(2);
  const holding = await enter("a", 1);
  const gone = new AbortController();
  const large = enter("b", 2, gone.signal);
  const small = enter("c", 1);
  gone.abort(new Error("gone"));
  let reason: unknown;
  await large.catch((error) => {
    reason = error;
  });
  assert.match(String(reason), /gone/);
  await small;
  assert.is(queue.rows, 2);
  assert.is(queue.waiting, 0);
  holding();
  const aborted = AbortSignal.abort(new Error("before"));
  assert.throws(() => queue.acquire("a", 1, aborted), /before/);
});

test("beyond its bounds requests are refused, with a time that follows how fast others end", async () => {
  let now = 0;
  const { enter, queue } = queueOf(1, {
    maxWaiting: 3,
    maxWaitingPerClient: 2,
    now: () => now,
  });
  const full = (client: string) => {
    try {
      void queue.acquire(client, 1, never);
    } catch (error) {
      if (error instanceof QueueFullError) return error.retryAfter;
      throw error;
    }
    throw new Error("there was room");
  };
  let release = await enter("a");
  for (let i = 0; i < 10; i++) {
    now += 4000;
    release();
    release = await enter("a");
  }
  void enter("a");
  void enter("a");
  assert.is(full("a"), 8, "two wait, and one ends every four seconds");
  void enter("b");
  assert.is(full("b"), 12);
});

test.run();
