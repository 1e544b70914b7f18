/** A drawing thread that dies: whoever waits is let in and told so. */
import { Worker } from "node:worker_threads";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { DrawingService } from "../../src/serve/engine/drawing-service.ts";
import type { DrawingSetup, SequenceRequest } from "../../src/serve/engine/protocol.ts";
import { FairQueue } from "../../src/serve/fair-queue.ts";

/** Ready, and short of room; dies of the first request. */
const thread = `
const { workerData: { port } } = require("node:worker_threads");
port.postMessage({ kind: "ready", models: [], summary: "none" });
port.once("message", () => {
  port.postMessage({ kind: "caches", caches: { blocks: 1, reserved: 1, kept: 0, evicted: 0, preempted: 0, isShort: true } });
  port.once("message", () => { throw new Error("out of memory"); });
});
`;

test("where the thread dies while requests wait for room, all are answered", async () => {
  const service = await DrawingService.start(
    {} as DrawingSetup,
    () => {},
    (options) => new Worker(thread, { ...options, eval: true }),
  );
  const queue = new FairQueue({ rows: 4, maxWaiting: 4, maxWaitingPerClient: 4 });
  const held = new Promise<void>((resolve) =>
    service.whenShort((isShort) => {
      queue.hold(isShort);
      if (isShort) resolve();
    }),
  );
  const draw = () =>
    new Promise<string>((resolve) =>
      service.draw({} as SequenceRequest, {
        onProgress: () => {},
        onError: ({ message }) => resolve(message),
      }),
    );
  const first = draw();
  await held;
  const waiting = queue.acquire("someone", 1, new AbortController().signal).then(draw);
  assert.is(queue.waiting, 1);
  const last = draw();
  assert.equal(await Promise.all([first, last, waiting]), Array(3).fill("out of memory"));
  assert.is(queue.waiting, 0);
});

test.run();
