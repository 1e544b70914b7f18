/** Limits, clients that go away, several adapters, and an end that loses nothing. */
import { request } from "node:http";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { serve } from "../../src/serve/index.ts";
import { eventsIn, health, post, until } from "./client.ts";
import { slowModel } from "./slow-model.ts";

const { folder, adapters } = await slowModel(4096);
const options = {
  model: folder,
  adapters,
  name: "slow",
  overrides: [
    { path: "train.threads", text: "1" },
    { path: "model.contextLength", text: "4096" },
  ],
};
const limits = { port: 0, page: false, rows: 4, maxQueued: 4, maxQueuedPerClient: 4 };
const server = await serve({ ...options, serve: { ...limits, maxSeconds: 100 } });
test.after(() => server.close());

/** Greedy, so that nothing ends it but its budget. */
const long = { prompt: "a", temperature: 0, seed: 1 };
const short = { ...long, max_tokens: 40 };

/** Begins a stream and reads its first event. @returns what breaks the connection off */
function beginStream(body: object): Promise<{ readonly kill: () => void }> {
  return new Promise((resolve, reject) => {
    const call = request(`${server.url}/v1/svg`, {
      method: "POST",
      headers: { "content-type": "application/json" },
    });
    call.on("response", (response) => {
      response.once("data", () => resolve({ kill: () => response.destroy() }));
      response.on("error", () => {});
    });
    call.on("error", reject);
    call.end(JSON.stringify({ ...body, stream: true }));
  });
}

test("clients that are killed in mid-stream free their rows, those that wait their place", async () => {
  const streams = await Promise.all(Array.from({ length: 4 }, () => beginStream(long)));
  let state = await health(server);
  assert.equal([state.sequences, state.rows, state.waiting], [4, 4, 0]);
  const waiting = new AbortController();
  const refused = post(server, "/v1/svg", long, { signal: waiting.signal }).catch(() => "gone");
  await until("one waits", async () => (await health(server)).waiting === 1);
  waiting.abort();
  assert.is(await refused, "gone");
  await until("none waits", async () => (await health(server)).waiting === 0);
  for (const { kill } of streams.slice(0, 3)) kill();
  await until("three are free", async () => (await health(server)).rows === 1);
  state = await health(server);
  assert.is(state.sequences, 1);
  streams[3]?.kill();
  await until("all are free", async () => (await health(server)).sequences === 0);
  // What was freed can be had again, and draws as ever.
  assert.is((await post(server, "/v1/svg", short)).status, 200);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  assert.match(metrics, /^pathloom_cancelled_total 5$/m);
});

test("health answers while drawings are being made", async () => {
  const { kill } = await beginStream({ ...long, n: 4 });
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const began = performance.now();
    assert.is((await health(server)).sequences, 4);
    times.push(performance.now() - began);
  }
  kill();
  times.sort((a, b) => a - b);
  console.log(`REPORT health under load: median ${times[10]!.toFixed(1)} ms`);
  await until("free", async () => (await health(server)).sequences === 0);
});

test("what is too much is told to come again", async () => {
  const { kill } = await beginStream({ ...long, n: 4 });
  const waiting = Array.from({ length: 4 }, () => post(server, "/v1/svg", short));
  await until("the queue is full", async () => (await health(server)).waiting === 4);
  const refused = await post(server, "/v1/svg", short);
  assert.is(refused.status, 429);
  assert.ok(Number(refused.headers.get("retry-after")) >= 1);
  const { error } = (await refused.json()) as { error: { type: string; code: string } };
  assert.equal([error.type, error.code], ["rate_limit_error", "queue_full"]);
  kill();
  for (const answer of await Promise.all(waiting)) assert.is(answer.status, 200);
});

test("several adapters over one model draw side by side, each in its own way", async () => {
  const names = ["slow", ...Object.keys(adapters)];
  assert.equal(
    server.models.map(({ id, base }) => [id, base]),
    [
      ["slow", null],
      ["adapter-1", "slow"],
      ["adapter-2", "slow"],
    ],
  );
  const draw = async (model: string) => (await post(server, "/v1/svg", { ...short, model })).text();
  const alone: string[] = [];
  for (const name of names) alone.push(await draw(name));
  assert.is(new Set(alone).size, 3);
  assert.equal(await Promise.all(names.map(draw)), alone);
});

test("time is limited, for whole answers and for streams", async () => {
  const hasty = await serve({ ...options, serve: { ...limits, maxSeconds: 0.3 } });
  const late = await post(hasty, "/v1/svg", { ...long, n: 4 });
  assert.is(late.status, 504);
  const streamed = await post(hasty, "/v1/svg", { ...long, n: 4, stream: true });
  const events = eventsIn(await streamed.text());
  if (streamed.status === 200) assert.is(events.at(-1)?.event, "error");
  else assert.is(streamed.status, 504);
  await until("free", async () => (await health(hasty)).sequences === 0);
  await hasty.close();
});

test("a server that ends finishes what it accepted, what waits too", async () => {
  const ending = await serve({ ...options, serve: limits });
  const accepted = Array.from({ length: 8 }, () =>
    post(ending, "/v1/svg", { ...long, max_tokens: 300 }),
  );
  await until("all are in", async () => {
    const { rows, waiting } = await health(ending);
    return rows + waiting === 8;
  });
  const closed = ending.close();
  const texts = await Promise.all(accepted.map(async (answer) => (await answer).text()));
  assert.is(new Set(texts).size, 1);
  assert.match(texts[0]!, /^<svg .*<\/svg>$/);
  await closed;
  await assertRefused(fetch(`${ending.url}/healthz`));
});

test("what does not end in time is given up, and told so", async () => {
  const ending = await serve({ ...options, serve: { ...limits, shutdownSeconds: 0 } });
  const answer = post(ending, "/v1/svg", { ...long, n: 4 });
  await until("it draws", async () => (await health(ending)).sequences === 4);
  await ending.close();
  assert.is((await answer).status, 503);
});

async function assertRefused(work: Promise<unknown>): Promise<void> {
  const refused = await work.then(
    () => false,
    () => true,
  );
  assert.ok(refused, "nobody listens any more");
}

test.run();
