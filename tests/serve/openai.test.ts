/** OpenAI's own client against the server, unchanged; and our own route beside it. */
import OpenAI from "openai";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../engine/index.ts";
import { loadConfig } from "../../src/config/index.ts";
import { SvgGenerator } from "../../src/generate/index.ts";
import { drawOptions, loadModel, releasedModel } from "../../src/runs/index.ts";
import { serve } from "../../src/serve/index.ts";
import { drawingsEqual, parseDrawing, printDrawing } from "../../svg/index.ts";
import { tokenizerFromJSON } from "../../tokenizer/index.ts";
import { eventsIn, health, post } from "./client.ts";

const server = await serve({
  serve: { port: 0, rows: 8, page: false },
  apiKeys: ["first-key", "second-key"],
  overrides: [{ path: "train.threads", text: "1" }],
});
const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "first-key", maxRetries: 0 });
const authorised = { headers: { authorization: "Bearer second-key" } };
test.after(() => server.close());

const model = "icons";
const ask = { model, prompt: "arrow right", seed: 7 };

test("the models are listed, and found by name", async () => {
  const { data } = await client.models.list();
  assert.equal(
    data.map(({ id, object }) => ({ id, object })),
    [{ id: model, object: "model" }],
  );
  assert.is((await client.models.retrieve(model)).id, model);
});

test("a completion is a drawing, the one that the library draws", async () => {
  const completion = await client.completions.create(ask);
  assert.is(completion.object, "text_completion");
  const [choice] = completion.choices;
  assert.is(choice?.finish_reason, "stop");
  assert.is(choice?.logprobs, null);
  const { usage } = completion;
  assert.ok(usage && usage.prompt_tokens > 0 && usage.completion_tokens > 3);
  assert.is(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);

  const released = releasedModel()!;
  const { engine } = await startEngine("onnx", { threads: 1 });
  const loaded = await loadModel(engine, {
    model: released.folder,
    adapter: undefined,
    notice: () => {},
  });
  const tokenizer = tokenizerFromJSON(loaded.tokenizer);
  const { generate } = loadConfig(released.recipe, []);
  const [drawn] = new SvgGenerator(loaded.model, tokenizer).draw([ask.prompt], {
    ...drawOptions(generate, loaded.model.config.contextLength),
    seed: ask.seed,
  });
  engine.dispose();
  const { drawing } = parseDrawing(choice!.text, tokenizer.canonical);
  assert.ok(drawingsEqual(drawing, drawn!.drawing));
  const svg = await post(server, "/v1/svg", { prompt: ask.prompt, seed: 7 }, authorised);
  assert.is(svg.headers.get("content-type"), "image/svg+xml; charset=utf-8");
  assert.is(svg.headers.get("x-pathloom-seed"), "7");
  assert.is(await svg.text(), printDrawing(drawn!.drawing));
});

test("what is streamed is what is given at once, in parts", async () => {
  const warm = { ...ask, prompt: "house", n: 2, temperature: 1.5, top_p: 1 };
  const whole = await client.completions.create(warm);
  const stream = await client.completions.create({
    ...warm,
    stream: true,
    stream_options: { include_usage: true },
  });
  const texts = ["", ""];
  const reasons: (string | null)[] = [];
  let parts = 0;
  let usage: OpenAI.CompletionUsage | null | undefined;
  for await (const chunk of stream) {
    assert.is(chunk.object, "text_completion");
    usage = chunk.usage;
    for (const { index, text, finish_reason } of chunk.choices) {
      texts[index] += text;
      parts++;
      if (finish_reason !== null) reasons[index] = finish_reason;
    }
  }
  assert.equal(
    texts,
    whole.choices.map(({ text }) => text),
  );
  assert.is.not(texts[0], texts[1]);
  assert.equal(reasons, ["stop", "stop"]);
  assert.equal(usage, whole.usage);
  assert.ok(parts > 4, `${parts} parts: element by element`);
});

test("several captions in one request are drawn as each is alone", async () => {
  const prompts = ["heart", "arrow up", "square x"];
  const together = await client.completions.create({ ...ask, prompt: prompts, temperature: 0 });
  for (const [i, prompt] of prompts.entries()) {
    const alone = await client.completions.create({ ...ask, prompt, temperature: 0 });
    assert.is(together.choices[i]?.text, alone.choices[0]?.text);
  }
});

test("a seed draws the same in any company, and another one something else", async () => {
  const hot = { ...ask, temperature: 1.5, top_p: 1 };
  const alone = await client.completions.create(hot);
  const crowd = await Promise.all([
    ...Array.from({ length: 12 }, (_, i) => client.completions.create({ ...hot, seed: 100 + i })),
    client.completions.create(hot),
  ]);
  const texts = crowd.map(({ choices }) => choices[0]!.text);
  assert.is(texts.at(-1), alone.choices[0]?.text);
  assert.ok(new Set(texts).size > 6);
});

test("a stop string ends the text before it, streamed and not", async () => {
  const whole = (await client.completions.create(ask)).choices[0]!.text;
  for (const stop of ["</svg>", "<path", 'd="M', ["nowhere", "viewBox"]]) {
    const at = Math.min(...[stop].flat().map((each) => (whole.indexOf(each) + 1 || 1e9) - 1));
    const cut = await client.completions.create({ ...ask, stop });
    assert.is(cut.choices[0]?.text, whole.slice(0, at));
    assert.is(cut.choices[0]?.finish_reason, "stop");
    let streamed = "";
    for await (const chunk of await client.completions.create({ ...ask, stop, stream: true })) {
      streamed += chunk.choices[0]?.text ?? "";
    }
    assert.is(streamed, whole.slice(0, at));
  }
  assert.is((await health(server)).sequences, 0);
});

test("tokens are told with their likelihood, and the likeliest beside them", async () => {
  const { choices, usage } = await client.completions.create({ ...ask, logprobs: 3 });
  const told = choices[0]!.logprobs!;
  assert.is(told.tokens!.length, usage!.completion_tokens);
  assert.is(told.tokens!.at(-1), "<|eos|>");
  assert.ok(told.token_logprobs!.every((value) => value <= 0));
  assert.ok(told.top_logprobs!.every((each) => Object.keys(each).length === 3));
  const { choices: chosen } = await client.chat.completions.create({
    model,
    seed: 7,
    logprobs: true,
    top_logprobs: 2,
    messages: [{ role: "user", content: ask.prompt }],
  });
  const content = chosen[0]!.logprobs!.content!;
  assert.equal(
    content.map(({ logprob }) => logprob),
    told.token_logprobs,
  );
  assert.ok(content.every((each) => each.top_logprobs.length === 2));
});

test("the best of several are given, by what they owe to their caption", async () => {
  const best = await client.completions.create({ ...ask, n: 2, best_of: 4, temperature: 1 });
  assert.is(best.choices.length, 2);
  const answer = await post(
    server,
    "/v1/svg",
    { prompt: ask.prompt, seed: 7, n: 4, candidates: 5, temperature: 1 },
    authorised,
  );
  const { drawings } = (await answer.json()) as { drawings: { svg: string; score: number }[] };
  const scores = drawings.map(({ score }) => score);
  assert.equal(
    scores,
    [...scores].sort((a, b) => b - a),
  );
});

test("a chat answers its last message, streamed and not", async () => {
  const messages = [
    { role: "system", content: "You draw icons." },
    { role: "user", content: "heart" },
    { role: "assistant", content: "<svg/>" },
    { role: "user", content: [{ type: "text", text: "arrow right" }] },
  ] satisfies OpenAI.ChatCompletionMessageParam[];
  const whole = await client.chat.completions.create({ model, messages, seed: 7, n: 2 });
  assert.is(whole.object, "chat.completion");
  const { text } = (await client.completions.create(ask)).choices[0]!;
  assert.equal(whole.choices[0]!.message, { role: "assistant", content: text, refusal: null });
  const stream = client.chat.completions.stream({ model, messages, seed: 7, n: 2 });
  const final = await stream.finalChatCompletion();
  assert.equal(
    final.choices.map(({ message, finish_reason }) => [message.content, finish_reason]),
    whole.choices.map(({ message, finish_reason }) => [message.content, finish_reason]),
  );
});

test("a drawing can be watched as it grows", async () => {
  const body = { prompt: "house", seed: 7, stream: true, n: 2 };
  const events = eventsIn(await (await post(server, "/v1/svg", body, authorised)).text());
  const of = (name: string) =>
    events.filter(({ event }) => event === name).map(({ data }) => JSON.parse(data));
  const sequences: { text: string; element: number | null }[][] = [[], []];
  for (const { index, tokens } of of("tokens")) sequences[index]!.push(...tokens);
  assert.ok(of("partial").length > 0);
  for (const { svg } of of("partial")) parseDrawing(svg);
  const drawn = of("drawing");
  assert.is(drawn.length, 2);
  for (const { index, svg, tokens } of drawn) {
    assert.is(sequences[index]!.length, tokens);
    const elements = sequences[index]!.flatMap(({ element }) => element ?? []);
    for (const [i, { text, element }] of sequences[index]!.entries()) {
      if (text === "<|path|>")
        assert.is(element, sequences[index]![i + 1]?.element, "it begins it");
    }
    const { drawing } = parseDrawing(svg);
    assert.equal([...new Set(elements)], [...drawing.elements.keys()]);
  }
  assert.equal(of("done"), [{ seed: 7, model, order: [0, 1] }]);
});

test("pictures are PNG files of the size that was asked for", async () => {
  const body = { prompt: "heart", seed: 7, format: "png", size: 64, background: "white" };
  const png = Buffer.from(await (await post(server, "/v1/svg", body, authorised)).arrayBuffer());
  assert.is(png.subarray(1, 4).toString(), "PNG");
  assert.equal([png.readUInt32BE(16), png.readUInt32BE(20)], [64, 64]);
});

test("errors are those that OpenAI's client knows", async () => {
  const failing = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      if (error instanceof OpenAI.APIError) return error;
      throw error;
    }
    throw new Error("nothing was refused");
  };
  const unknown = await failing(client.completions.create({ ...ask, model: "gpt-4" }));
  assert.ok(unknown instanceof OpenAI.NotFoundError);
  assert.is(unknown.code, "model_not_found");
  const hot = await failing(client.completions.create({ ...ask, temperature: 11 }));
  assert.ok(hot instanceof OpenAI.BadRequestError);
  assert.is(hot.param, "temperature");
  const long = await failing(client.completions.create({ ...ask, prompt: "long ".repeat(300) }));
  assert.is(long.code, "context_length_exceeded");
  const streamed = await failing(
    client.completions.create({ ...ask, prompt: "long ".repeat(300), stream: true }),
  );
  assert.is(streamed.status, 400, "before a stream begins, an error is an answer");
  const tight = await failing(client.completions.create({ ...ask, max_tokens: 1 }));
  assert.is(tight.code, "context_length_exceeded");
  const many = await failing(client.completions.create({ ...ask, n: 17 }));
  assert.match(many.message, /17 drawings are asked for/);
  const tools = await failing(
    client.chat.completions.create({
      model,
      tools: [{ type: "function", function: { name: "f" } }],
      messages: [{ role: "user", content: "heart" }],
    }),
  );
  assert.is(tools.code, "unknown_parameter");
  const stranger = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "third-key", maxRetries: 0 });
  assert.ok((await failing(stranger.models.list())) instanceof OpenAI.AuthenticationError);
  assert.is((await fetch(`${server.url}/metrics`)).status, 401);
  assert.is((await fetch(`${server.url}/healthz`)).status, 200);
});

test("what was done is counted, and described", async () => {
  const metrics = await (await fetch(`${server.url}/metrics`, authorised)).text();
  const of = (name: string) =>
    Number(new RegExp(`^${name} (\\d+)$`, "m").exec(metrics)?.[1] ?? Number.NaN);
  assert.ok(of('pathloom_requests_total{route="/v1/completions",status="200"}') > 10);
  assert.ok(of('pathloom_tokens_total{model="icons",kind="completion"}') > 100);
  assert.ok(of('pathloom_prompt_tokens_reused_total{model="icons"}') > 10, "captions came again");
  assert.is(of("pathloom_rows_used"), 0);
  const described = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
    openapi: string;
    paths: Record<string, { post?: { requestBody?: unknown } }>;
  };
  assert.is(described.openapi, "3.1.0");
  assert.ok(described.paths["/v1/chat/completions"]?.post?.requestBody);
});

test.run();
