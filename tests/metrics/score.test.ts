/** Scores of whole sets: what each metric says of drawings that are plainly good or bad, and what is not run. */
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  Encoders,
  frechetDistance,
  type JudgedDrawing,
  JudgedSet,
  metricNames,
  metrics,
  noWeights,
  pairedDifference,
  type Score,
  scoreDrawings,
  trainedDrawings,
} from "../../src/metrics/index.ts";
import { defaultCanonicalOptions, parseDrawing } from "../../svg/index.ts";
import { encodersFolder } from "./golden-metrics.ts";

const svg = (inside: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">${inside}</svg>`;
const box = svg('<path d="M4 4h12v12h-12z"/>');
const ring = svg('<circle cx="12" cy="12" r="9" fill="none" stroke="#c00" stroke-width="3"/>');
const bar = svg('<rect x="2" y="10" width="20" height="4"/><path d="M2 2h3v3z"/>');
const references = { box, ring, bar } as const;

function judged(drawn: Readonly<Record<keyof typeof references, string | null>>): JudgedDrawing[] {
  return Object.entries(references).map(([caption, reference]) => ({
    ...{ id: caption, caption, reference, svg: drawn[caption as keyof typeof references] },
    ...{ tokens: null, seconds: 0.5, ended: true },
  }));
}

async function scored(
  drawings: readonly JudgedDrawing[],
  weights = noWeights,
): Promise<Map<string, Score>> {
  const encoders = new Encoders(weights, 1);
  const trained = trainedDrawings(
    [parseDrawing(box, defaultCanonicalOptions).drawing],
    defaultCanonicalOptions,
  );
  const set = new JudgedSet(drawings, { trained, pictures: null, encoders, seed: 3 });
  try {
    const found = await scoreDrawings(set, Object.values(metrics));
    return new Map(found.map((score) => [score.figure.key, score]));
  } finally {
    await encoders.dispose();
  }
}

const figureOf = (scores: Map<string, Score>, key: string) => scores.get(key)?.estimate?.value;

test("drawings that are their references are perfect, and those that are none are not", async () => {
  const perfect = await scored(judged(references));
  const poor = await scored(judged({ box: ring, ring: "<svg", bar: null }));
  const shown = (scores: Map<string, Score>, keys: readonly string[]) =>
    keys.map((key) => Number(figureOf(scores, key)?.toFixed(3)));
  const keys = ["parses", "renders", "notBlank", "ssim", "mse", "psnr", "hit1", "mrr", "copies"];
  assert.equal(shown(perfect, keys), [1, 1, 1, 1, 0, 100, 1, 1, 0.333]);
  assert.equal(shown(poor, ["parses", "renders", "notBlank"]), [0.333, 0.333, 0.333]);
  // A black square is as unlike a drawing on white as can be.
  assert.ok(figureOf(poor, "mse")! > 0.5 && figureOf(poor, "ssim")! < 0.5);
  assert.equal([figureOf(perfect, "elements"), figureOf(perfect, "paths")], [4 / 3, 2 / 3]);
  assert.ok(Math.abs(figureOf(perfect, "commands")! - 9 / 3) < 1e-9);
  assert.ok(figureOf(perfect, "diversity")! > 0.1);
  assert.is(figureOf(perfect, "unique"), 1);
  assert.ok(scores(perfect, "novelty")[0]! < 1e-6 && scores(perfect, "novelty")[1]! > 0.1);
});

const scores = (found: Map<string, Score>, key: string) =>
  (found.get(key)?.values ?? []) as number[];

test("what has no weights is not run, and says what to give", async () => {
  const found = await scored(judged(references));
  const reasons = Object.fromEntries([...found].map(([key, { reason }]) => [key, reason]));
  for (const [key, name] of [
    ["clipText", "clip"],
    ["aesthetic", "aesthetic"],
    ["hps", "hps"],
    ["dino", "dino"],
    ["lpips", "lpips"],
    ["fid", "inception"],
    ["kidClip", "clip"],
  ] as const) {
    assert.ok(reasons[key]?.startsWith(`give evaluate.${name}: `), `${key}: ${reasons[key]}`);
    assert.is(found.get(key)?.estimate, null);
  }
  assert.match(reasons.tokens ?? "", /does not say the tokens/);
  const alone = await scored(judged(references).map((one) => ({ ...one, reference: null })));
  for (const key of ["ssim", "hit1"]) assert.match(alone.get(key)?.reason ?? "", /no reference/);
});

test("with weights every metric runs; those of a broken folder do not, and the others do", async () => {
  const place = (name: string) => join(encodersFolder, name);
  const weights = {
    ...{ clip: place("clip"), hps: place("../clip"), dino: place("dino") },
    ...{ inception: place("features"), lpips: place("lpips") },
    aesthetic: place("aesthetic.safetensors"),
  };
  const same = await scored(judged(references), weights);
  const keys = [...same].filter(([, { reason }]) => reason !== null).map(([key]) => key);
  assert.equal(keys, ["tokens"]);
  const near = (key: string, wanted: number) =>
    assert.ok(Math.abs(figureOf(same, key)! - wanted) < 1e-4, `${key}: ${figureOf(same, key)}`);
  for (const [key, wanted] of [
    ...[["clipPicture", 100] as const, ["dino", 1] as const, ["lpips", 0] as const],
    ...[["fid", 0] as const, ["fidClip", 0] as const],
  ]) {
    near(key, wanted);
  }
  assert.is(Object.values(metrics).flatMap(({ figures }) => figures).length, same.size);
  const broken = await scored(judged(references), { ...weights, dino: place("lpips/onnx") });
  assert.match(broken.get("dino")?.reason ?? "", /lpips.onnx.config\.json: there is no such file/);
  assert.ok(Math.abs(figureOf(broken, "clipPicture")! - 100) < 1e-4);
});

test("references that do not render leave distances out, and the others go on", async () => {
  const weights = {
    ...noWeights,
    clip: join(encodersFolder, "clip"),
    inception: join(encodersFolder, "features"),
  };
  const drawings = judged(references).map((one, i) =>
    i === 0 ? one : { ...one, reference: "<svg" },
  );
  const found = await scored(drawings, weights);
  for (const key of ["fid", "kid", "fidClip", "kidClip"]) {
    assert.match(found.get(key)?.reason ?? "", /two real pictures that render/, key);
  }
  assert.is(found.get("clipPicture")?.count, 1);
  // What cannot be computed of a set is its metric's alone.
  const set = new JudgedSet(drawings, {
    ...{ trained: null, pictures: null, encoders: new Encoders(noWeights, 1), seed: 1 },
  });
  const { fid } = figures;
  const measure = () => [whole(frechetDistance([Float32Array.of(1)], [Float32Array.of(1)]))];
  const [score] = await scoreDrawings(set, [{ figures: [fid], measure }]);
  assert.match(score?.reason ?? "", /needs two or more/);
});

const figures = {
  fid: { ...{ key: "fid", label: "FID", unit: "", digits: 2 }, better: null, about: "" },
} as const;
const whole = (value: number, deviation: number | null = null, count = 2) => ({
  ...{ kind: "whole" as const, value, deviation, count },
});

test("where no interval was computed there is none, and a whole figure counts its own drawings", async () => {
  const set = new JudgedSet(judged(references), {
    ...{ trained: null, pictures: null, encoders: new Encoders(noWeights, 1), seed: 1 },
  });
  const of = async (deviation: number | null) => {
    const measure = () => [whole(4, deviation)];
    const [score] = await scoreDrawings(set, [{ figures: [figures.fid], measure }]);
    return [score?.estimate, score?.count];
  };
  assert.equal(await of(null), [{ value: 4, low: null, high: null }, 2]);
  assert.equal(await of(0.5), [{ value: 4, low: 3.02, high: 4.98 }, 2]);
  const one = await scored(judged({ ...references, bar: null }));
  assert.is(one.get("diversity")?.count, 2);
  const left = judged(references).map((each, i) => (i === 0 ? { ...each, reference: null } : each));
  const weights = { ...noWeights, inception: join(encodersFolder, "features") };
  const distances = await scored(left, weights);
  assert.equal([distances.get("fid")?.count, distances.get("kid")?.count], [2, 2]);
});

test("a paired difference is over the captions that both drew", async () => {
  const [a, b] = [
    await scored(judged(references)),
    await scored(judged({ ...references, bar: null })),
  ];
  const between = pairedDifference(a.get("renders")!, b.get("renders")!, 1);
  assert.ok(Math.abs(between!.value - 1 / 3) < 1e-9);
  assert.is(pairedDifference(a.get("tokens")!, b.get("tokens")!, 1), null);
});

test("names and keys of metrics are each their own", () => {
  const keys = Object.values(metrics).flatMap(({ figures }) => figures.map(({ key }) => key));
  assert.is(new Set(keys).size, keys.length);
  assert.is(metricNames.length, Object.keys(metrics).length);
});

test.run();
