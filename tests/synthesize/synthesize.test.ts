/** Captions to drawings against a server that is slow, busy, broken, cut short and wrong. */
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openSource } from "../../data/index.ts";
import { UsageError } from "../../errors/index.ts";
import { ConfigError, resolveConfig, type SynthesizeConfigInput } from "../../src/config/index.ts";
import { SynthesizeError, synthesize } from "../../src/synthesize/index.ts";
import { rankRecipes } from "../../src/synthesize/ranking.ts";
import { readAnswer } from "../../src/synthesize/simplify.ts";
import { pathloom } from "../cli/pathloom.ts";
import { startBadServer } from "./bad-server.ts";

const root = mkdtempSync(join(tmpdir(), "pathloom-synthesize-"));
const captions = join(root, "captions.txt");
const good = [
  "a photo of a heart",
  "a busy heart",
  "a shaky heart",
  "a slow heart",
  "a garbled heart",
];
const healing = ["a truncated heart", "an other heart", "a linked heart"];
const lost = ["a broken heart", "a forbidden heart", "a pictureless heart", "a detailed heart"];
const refused = ["an abstract thought", "a chatty heart", "A heart"];
writeFileSync(captions, [...good, ...healing, ...lost, ...refused, "", "a busy heart"].join("\n"));

function configOf(url: string, more: SynthesizeConfigInput = {}) {
  return resolveConfig({
    trace: { colors: 8, size: 96, maxTokens: 120 },
    synthesize: {
      chatUrl: url,
      chatModel: "chat",
      chatKey: "PATHLOOM_TEST_KEY",
      imageUrl: url,
      imageModel: "pictures",
      imageKey: "PATHLOOM_TEST_KEY",
      wordings: ["a silhouette of {caption}"],
      concurrency: 3,
      attempts: 3,
      backoff: 0.01,
      timeout: 1,
      ...more,
    },
  });
}
process.env.PATHLOOM_TEST_KEY = "secret";
const notice = () => {};

test("all captions and images are accounted for; what failed in passing goes on by the same call", async () => {
  const server = await startBadServer();
  const folder = join(root, "set");
  try {
    const config = configOf(server.url);
    const first = await synthesize({ captions, folder, config, notice });
    assert.is(first.outcome, "incomplete");
    assert.is(first.captions, 15);
    assert.equal([first.simplified, first.captionsLeft], [12, 3]);
    assert.equal([first.images, first.accepted, first.imagesLeft], [12, 8, 4]);
    assert.equal(first.reasons, {
      "the chat model says NO": 1,
      "the chat model does not answer with a caption": 1,
      "an earlier caption says the same": 1,
      "the server answers N (N attempts)": 1,
      "the server answers N: N no N": 1,
      "the answer is no PNG, JPEG or WebP image (N attempts)": 1,
      "takes N tokens at the least, more than the N of trace.maxTokens": 1,
    });
    assert.ok(server.most <= 3, `${server.most} at once`);
    assert.ok(server.most >= 2);
    assert.equal([...server.keys], ["Bearer secret", ""].slice(0, server.keys.size));
    assert.is(first.requests, total(server.requests) - (server.requests["/plain.png"] ?? 0));
    assert.ok(statSync(first.sheet ?? "").size > 1000);
    const rows = [];
    for await (const row of openSource(folder).rows(() => assert.unreachable())) rows.push(row);
    assert.is(rows.length, 8);
    assert.equal(rows[0]?.captions, ["a heart", "a photo of a heart"]);
    const left = readFileSync(join(folder, "left-out.jsonl"), "utf8").trim().split("\n");
    assert.is(left.length, 7);

    const before = total(server.requests);
    server.healed = true;
    const second = await synthesize({ captions, folder, config, notice });
    assert.equal([second.accepted, second.imagesLeft], [9, 3]);
    // The broken one once, the forbidden one again, and the one without a picture three times.
    assert.is(total(server.requests) - before, 5);
    assert.is(second.requests, 5);
  } finally {
    await server.close();
  }
});

test("a budget is kept to, and stopping loses nothing", async () => {
  const server = await startBadServer();
  server.healed = true;
  try {
    const text = join(root, "few.txt");
    writeFileSync(text, "a heart\na house\na horse\na hat\n");
    const folder = join(root, "budget");
    const config = configOf(server.url, { maxRequests: 3, chatModel: null });
    const first = await synthesize({ captions: text, folder, config, notice });
    assert.equal([first.outcome, first.accepted, first.requests], ["incomplete", 3, 3]);
    assert.is(total(server.requests), 3);
    const controller = new AbortController();
    controller.abort();
    const { signal } = controller;
    const stopped = await synthesize({ captions: text, folder, config, notice, signal });
    assert.equal([stopped.outcome, stopped.requests], ["interrupted", 0]);
    const rest = await synthesize({ captions: text, folder, config, notice });
    assert.equal([rest.outcome, rest.accepted, rest.requests], ["done", 4, 1]);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
    const again = await synthesize({ captions: text, folder, config, notice });
    assert.is(again.requests, 0);
    assert.equal(readdirSync(folder, { recursive: true, encoding: "utf8" }).sort(), files);
  } finally {
    await server.close();
  }
});

test("a grid asks each choice once and ranks them", async () => {
  const server = await startBadServer();
  try {
    const text = join(root, "grid.txt");
    writeFileSync(text, "a heart\n");
    const config = configOf(server.url, {
      chatModel: null,
      wordings: ["a detailed {caption}", "a plain {caption}"],
      negativePrompt: "shading",
      steps: [4, 20],
      guidance: [7.5],
      seeds: [1],
    });
    const loose = { ...config, trace: { ...config.trace, maxTokens: 4000 } };
    const made = await synthesize({
      captions: text,
      folder: join(root, "grid"),
      config: loose,
      notice,
    });
    assert.equal([made.images, made.accepted], [4, 4]);
    assert.equal(server.asked.map(({ prompt, steps }) => [prompt, steps]).sort(), [
      ["a detailed a heart", 20],
      ["a detailed a heart", 4],
      ["a plain a heart", 20],
      ["a plain a heart", 4],
    ]);
    const [body] = server.asked;
    assert.equal([body?.negative_prompt, body?.guidance_scale, body?.seed], ["shading", 7.5, 1]);
    assert.equal(
      made.ranking.map(({ wording, steps }) => [wording, steps]),
      [
        ["a plain {caption}", 4],
        ["a plain {caption}", 20],
        ["a detailed {caption}", 4],
        ["a detailed {caption}", 20],
      ],
    );
  } finally {
    await server.close();
  }
});

test("a server that refuses the key, or is at another address, ends it at once", async () => {
  const server = await startBadServer();
  try {
    for (const status of [401, 404]) {
      server.refusing = status;
      const folder = join(root, `refused-${status}`);
      const config = configOf(server.url);
      const error = await synthesize({ captions, folder, config, notice }).catch((e) => e);
      assert.instance(error, SynthesizeError);
      assert.match(error.message, status === 401 ? /PATHLOOM_TEST_KEY/ : /base URL/);
    }
    assert.ok(total(server.requests) <= 12);
  } finally {
    await server.close();
  }
});

test("the command prints what became of all, and bad usage is refused", async () => {
  const server = await startBadServer();
  server.healed = true;
  try {
    const text = join(root, "command.jsonl");
    writeFileSync(text, '{"caption":"a heart"}\n{"caption":"a forbidden heart"}\n');
    const keys = { imageUrl: server.url, imageModel: "m", backoff: "0", wordings: '["{caption}"]' };
    const flags = Object.entries(keys).flatMap(([key, value]) => [`--synthesize.${key}`, value]);
    const to = ["--to", join(root, "command"), "--trace.size", "96"];
    const { code, stdout, stderr } = await pathloom(["synthesize", text, ...to, ...flags]);
    assert.is(code, 0, stderr);
    assert.match(stdout, /2 images: 1 accepted, 1 left out; 2 requests made/);
    assert.match(stdout, /1: the server answers N/);
    assert.is((await pathloom(["synthesize", join(root, "none.txt"), ...to])).code, 2);
  } finally {
    await server.close();
  }
  const config = configOf("http://127.0.0.1:1/v1", { attempts: 1, chatModel: null });
  const elsewhere = await synthesize({ captions, folder: root, config, notice }).catch((e) => e);
  assert.instance(elsewhere, UsageError);
  const down = { captions, folder: join(root, "down"), config, notice, limit: 2 };
  const { outcome, reasons } = await synthesize(down);
  assert.equal([outcome, reasons], ["incomplete", { "the connection failed (N attempts)": 2 }]);
  assert.throws(
    () => resolveConfig({ synthesize: { minClip: 0.2 } }),
    (error: Error) => error instanceof ConfigError,
  );
});

test("answers are captions in brackets, NO, or no answer", () => {
  assert.is(readAnswer(" <a  red\nball> "), "a red ball");
  assert.is(readAnswer("a cat on a mat"), "a cat on a mat");
  assert.is(readAnswer("<a nod>"), "a nod");
  for (const no of ["NO", "No.", "<NO>", "no, that is too much"]) {
    assert.throws(() => readAnswer(no), /says NO/);
  }
  for (const none of ["", "Sure: here it is", "one\ntwo", `<${"a".repeat(300)}>`, "<>"]) {
    assert.throws(() => readAnswer(none), /does not answer with a caption/);
  }
});

test("recipes are ranked by few tokens and by CLIP's score, those that gave nothing last", () => {
  const recipe = (wording: string) => ({ wording, steps: null, guidance: null, seed: null });
  const item = (index: number, tokens: number | null, clip: number | null) => {
    return { recipe: index, accepted: true, tokens, error: 0, clip };
  };
  const names = ["long and like", "short and unlike", "short and like", "nothing"].map(recipe);
  const items = [item(0, 900, 0.31), item(1, 100, 0.1), item(2, 200, 0.32), item(3, null, null)];
  const ranked = rankRecipes(names, items).map(({ wording }) => wording);
  assert.equal(ranked, ["short and like", "short and unlike", "long and like", "nothing"]);
});

function total(requests: Readonly<Record<string, number>>): number {
  return Object.values(requests).reduce((sum, count) => sum + count, 0);
}

test.run();
