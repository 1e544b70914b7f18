/** A server whose caches are bounded: requests wait or begin anew, and draw the same. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { serve } from "../../src/serve/index.ts";
import { health, post, until } from "./client.ts";
import { slowModel } from "./slow-model.ts";

const contextLength = 512;
const { folder, adapters } = await slowModel(contextLength);
const options = {
  model: folder,
  adapters,
  name: "slow",
  overrides: [
    { path: "train.threads", text: "1" },
    { path: "model.contextLength", text: String(contextLength) },
  ],
};
const opened: Server[] = [];
test.after(async () => {
  for (const server of opened) await server.close();
});

async function open(serveOptions: object): Promise<Server> {
  const server = await serve({ ...options, serve: { ...limits, ...serveOptions } });
  opened.push(server);
  return server;
}

const limits = { port: 0, page: false, rows: 8 };
/** Room for four sequences of full length. */
const cacheTokens = 4 * contextLength;

/** So that nothing ends a drawing but its budget. */
const greedy = { temperature: 0, seed: 1 };

type Server = Awaited<ReturnType<typeof serve>>;

async function metricOf({ url }: Server, name: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(metrics)?.[1] ?? Number.NaN);
}

/** Eight that grow to the largest size, and two of an adapter that stay small. */
async function drawAll(server: Server): Promise<string[]> {
  const ask = (seed: number, more: object) =>
    post(server, "/v1/svg", { prompt: "abcdefgh"[seed], ...greedy, max_tokens: 160, ...more });
  const asked = [
    ...Array.from({ length: 8 }, (_, seed) => ask(seed, {})),
    ...[1, 2].map((seed) => ask(seed, { model: "adapter-1", max_tokens: 60 })),
  ];
  const answers = await Promise.all(asked);
  assert.ok(answers.every(({ status }) => status === 200));
  return Promise.all(answers.map((answer) => answer.text()));
}

test("drawings are the same, and the bound is told and held", async () => {
  const roomy = await open({});
  const wanted = await drawAll(roomy);
  assert.is(await metricOf(roomy, "pathloom_preemptions_total"), 0);

  const server = await open({ cacheTokens });
  const drawn = drawAll(server);
  let most = 0;
  let isDone = false;
  const watched = drawn.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const [reserved, kept] = await Promise.all(
      ["reserved", "kept"].map((kind) => metricOf(server, `pathloom_cache_blocks_${kind}`)),
    );
    most = Math.max(most, reserved! + kept!);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await watched;
  assert.equal(await drawn, wanted);
  const blocks = await metricOf(server, "pathloom_cache_blocks");
  assert.is(blocks, cacheTokens / 16);
  assert.ok(most > 0 && most <= blocks, `${most} blocks of ${blocks}`);
  assert.ok((await metricOf(server, "pathloom_preemptions_total")) > 0, "some gave way");
  // Nothing is held when nothing is drawn, but what prompts left.
  await until("idle", async () => (await health(server)).sequences === 0);
  assert.ok((await metricOf(server, "pathloom_cache_blocks_reserved")) <= (3 * 128) / 16);
});

test("clients that go away while sequences wait for room let the others in", async () => {
  const server = await open({ cacheTokens });
  const gone = new AbortController();
  const ask = (seed: number, max_tokens: number, signal?: AbortSignal) =>
    post(
      server,
      "/v1/svg",
      { prompt: "a", temperature: 0, seed, max_tokens },
      signal ? { signal } : {},
    );
  const long = Array.from({ length: 8 }, (_, seed) =>
    ask(seed, 480, gone.signal).catch(() => null),
  );
  const preempted = () => metricOf(server, "pathloom_preemptions_total");
  await until("one gives way", async () => (await preempted()) > 0);
  gone.abort();
  assert.equal(new Set(await Promise.all(long)), new Set([null]));
  await until("all are free", async () => (await health(server)).rows === 0);
  const answers = await Promise.all([1, 2, 3].map((seed) => ask(seed, 40)));
  assert.equal(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.is((await health(server)).waiting, 0);
});

test("caches that could not hold a drawing are refused at the start, by the key's name", async () => {
  const refused = await open({ cacheTokens: 1024 }).then(
    () => "started",
    (error: Error) => error.message,
  );
  assert.match(refused, /^serve\.cacheTokens: caches of 1024 tokens are too small .* 2048$/);
});

test.run();
