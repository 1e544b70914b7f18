/** Rewards: SSIM by scikit-image, what each says of drawings, and what a faulty one ends with. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../engine/index.ts";
import { initialWeights, Model } from "../../models/index.ts";
import { drawingLogLikelihoods } from "../../src/evaluate/index.ts";
import { type GreyPicture, ssim } from "../../src/metrics/index.ts";
import {
  captionReward,
  judge,
  likenessReward,
  mseReward,
  openRewards,
  RewardError,
  type RewardSample,
  ssimReward,
  validReward,
} from "../../src/rewards/index.ts";
import { parseDrawing } from "../../svg/index.ts";
import { createPathTokenizer, encodePrompt } from "../../tokenizer/index.ts";
import { llamaLike } from "../models/configs.ts";

const scratch = mkdtempSync(join(tmpdir(), "pathloom-rewards-"));
test.after(() => rmSync(scratch, { recursive: true, force: true }));

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, "../golden/ssim.json"), "utf8"),
) as readonly {
  readonly a: string;
  readonly b: string;
  readonly width: number;
  readonly height: number;
  readonly ssim: number;
}[];

/** The same as in make_ssim.py. */
function picture(kind: string, width: number, height: number): GreyPicture {
  const at = (x: number, y: number): number => {
    switch (kind) {
      case "waves":
        return 0.5 + 0.5 * Math.sin(0.7 * x + 0.3 * y);
      case "shifted":
        return 0.5 + 0.5 * Math.sin(0.7 * x + 0.3 * y + 0.4);
      case "box":
        return x > 4 && x < width - 6 && y > 3 && y < height - 9 ? 0 : 1;
      case "ring":
        return Math.abs(Math.hypot(x - width / 2, y - height / 2) - height / 3) < 2 ? 0 : 1;
      default:
        return 1;
    }
  };
  const data = Float64Array.from({ length: width * height }, (_, i) =>
    at(i % width, Math.floor(i / width)),
  );
  return { width, height, data };
}

test("SSIM is scikit-image's", () => {
  for (const { a, b, width, height, ssim: expected } of golden) {
    const found = ssim(picture(a, width, height), picture(b, width, height));
    assert.ok(Math.abs(found - expected) < 1e-9, `${a}, ${b}: ${found} for ${expected}`);
  }
  assert.throws(() => ssim(picture("box", 10, 40), picture("box", 10, 40)), /at least 11/);
});

const tokenizer = createPathTokenizer();
const draw = (inner: string) =>
  parseDrawing(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="black" stroke-width="2">${inner}</svg>`,
    tokenizer.canonical,
  ).drawing;
const circle = draw('<circle cx="12" cy="12" r="8"/>');
// Thin lines that lie beside each other are as unlike as none: it must be nearer than its width.
const nearly = draw('<circle cx="12" cy="12" r="8.25"/>');
const line = draw('<path d="M3 3L6 3"/>');
const nothing = { ...circle, elements: [] };

const sampleOf = (drawing: typeof circle, reference: typeof circle | null = circle) =>
  ({ prompt: "circle", drawing, ids: tokenizer.encode(drawing), reference }) as const;

test("the likeness of a drawing falls with its distance from the real one", async () => {
  const batch = [sampleOf(circle), sampleOf(nearly), sampleOf(line)];
  for (const [score, best] of [
    [likenessReward, 1],
    [ssimReward, 1],
    [mseReward, 0],
  ] as const) {
    const [same, near, far] = (await score(batch)) as [number, number, number];
    assert.ok(Math.abs(same - best) < 1e-6, `${same}`);
    assert.ok(same > near && near > far, `${same} ${near} ${far}`);
  }
});

test("valid is what shows and keeps to its budget", async () => {
  const one = { prompt: "", reference: null, ids: [1, 2, 3] };
  const batch: RewardSample[] = [
    { ...one, drawing: circle },
    { ...one, drawing: nothing },
    { ...one, drawing: circle, ids: [1, 2, 3, 4] },
  ];
  assert.equal(await validReward(3)(batch), [1, 0, 0]);
  assert.equal(await validReward(null)(batch), [1, 0, 1]);
});

test("the caption's likelihood is Bayes's, by the model's own", async () => {
  const { engine } = await startEngine("onnx", { threads: 1 });
  const config = { ...llamaLike, vocabularySize: tokenizer.vocabulary.size, contextLength: 128 };
  const model = new Model(engine, config, initialWeights(config, { seed: 1, std: 0.2 }));
  const captions = ["circle", "square"];
  const score = captionReward({ model, tokenizer, captions, distractors: 15, seed: 1 });
  const [found] = await score([sampleOf(circle)]);
  const ids = tokenizer.encode(circle);
  const [own, other] = drawingLogLikelihoods(
    model,
    captions.map((caption) => {
      const prompt = encodePrompt(tokenizer, caption);
      return { tokens: Int32Array.from([...prompt, ...ids]), drawingStart: prompt.length };
    }),
    tokenizer.vocabulary.special.pad,
  ) as unknown as [number, number];
  const expected = own - Math.log(Math.exp(own - own) + Math.exp(other - own)) - own;
  assert.ok(Math.abs(found! - expected) < 1e-3, `${found} for ${expected}`);
  assert.ok(found! < 0);
  engine.dispose();
});

const context = {
  ...{
    model: null as unknown as Model,
    tokenizer,
    captions: [],
    maxTokens: null,
    seed: 1,
    clip: null,
  },
};

test("rewards are weighed and added, with each one's own number beside", async () => {
  const functions = { short: (batch: readonly RewardSample[]) => batch.map(() => -3) };
  const rewards = await openRewards({ ssim: 2, short: 0.5 }, { ...context, functions });
  assert.equal(await judge(rewards, [sampleOf(circle)]), [
    { reward: 0.5, parts: { ssim: 1, short: -3 } },
  ]);
});

async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof RewardError, String(error));
    return error.message;
  }
  throw new Error("nothing was refused");
}

test("a reward that throws, or gives no numbers, ends with one clear line", async () => {
  const file = join(scratch, "mine.mjs");
  writeFileSync(file, "export default (batch) => batch.map(({ prompt }) => prompt.length);");
  const own = await openRewards({ [file]: 1 }, context);
  assert.is((await judge(own, [sampleOf(circle)]))[0]?.reward, 6);
  const faulty = (score: unknown) =>
    refusal(judge([{ name: "mine", weight: 1, score: score as never }], [sampleOf(circle)]));
  const thrown = await faulty(() => {
    throw new Error("no such\nthing");
  });
  assert.is(thrown, "the reward mine threw: no such");
  assert.match(await faulty(() => [1, 2]), /expected a list of 1 numbers.* gave 2 numbers/);
  assert.match(await faulty(() => 7), /gave number/);
  assert.match(
    await faulty(() => [Number.NaN]),
    /finite number, of 1000000000000 at most, for the drawing of "circle"/,
  );
  assert.match(
    await refusal(openRewards({ clip: 1 }, context)),
    /clip is not run: no CLIP is named/,
  );
  assert.match(await refusal(openRewards({ nice: 1 }, context)), /there is no reward "nice"/);
  assert.match(await refusal(openRewards({ "./no.mjs": 1 }, context)), /no such file/);
  writeFileSync(file.replace("mine", "empty"), "export const nothing = 1;");
  const empty = openRewards({ [file.replace("mine", "empty")]: 1 }, context);
  assert.match(await refusal(empty), /expected a function as its default export/);
  const alone = judge(await openRewards({ ssim: 1 }, context), [sampleOf(circle, null)]);
  assert.match(await refusal(alone), /compares with the real drawing, but "circle" has none/);
});

test.run();
