import { test } from "uvu";
import * as assert from "uvu/assert";
import { lineChart } from "../../src/report/chart/line-chart.ts";
import { lossCurve } from "../../src/report/chart/loss-curve.ts";
import { linearScale } from "../../src/report/chart/scale.ts";
import type { LogRecord } from "../../src/report/log.ts";
import { renderPixels } from "../../svg/render/index.ts";

test("ticks are round numbers that hold all values", () => {
  assert.equal(linearScale([1.13, 5.2], [0, 100], 5).ticks, [1, 2, 3, 4, 5, 6]);
  assert.equal(
    linearScale([0, 1600], [0, 100], 8).ticks,
    [0, 200, 400, 600, 800, 1000, 1200, 1400, 1600],
  );
  assert.equal(linearScale([0.1, 0.3], [0, 1], 4).ticks, [0.1, 0.15, 0.2, 0.25, 0.3]);
});

test("a scale maps its first and last tick to the ends of its range", () => {
  const scale = linearScale([2, 9], [300, 40], 5);
  assert.is(scale(scale.ticks[0] as number), 300);
  assert.is(scale(scale.ticks.at(-1) as number), 40);
});

test("of no value, of one, and of values that are not numbers, there is still a scale", () => {
  assert.equal(linearScale([], [0, 1], 2).ticks, [0, 0.5, 1]);
  assert.ok(linearScale([3, 3], [0, 1], 4).ticks.includes(3));
  assert.equal(linearScale([Number.NaN, 0, 1], [0, 1], 2).ticks, [0, 0.5, 1]);
});

function log(steps: number): LogRecord[] {
  return Array.from({ length: steps }, (_, i): LogRecord[] => {
    const loss = 1 + 4 / (i + 1);
    const step = {
      kind: "step" as const,
      step: i + 1,
      loss,
      learningRate: 1e-3,
      gradientNorm: 1,
      epoch: 0.1 * i,
      tokensPerSecond: 9000,
      shareOfPeak: 0.4,
      seconds: i,
      residentBytes: 3e8,
      liveTensors: 250,
      liveBytes: 3e7,
    };
    const evaluation = {
      kind: "evaluation" as const,
      step: i + 1,
      natsPerToken: loss + 0.2,
      bitsPerDrawing: 100,
      best: true,
    };
    return i % 50 === 0 ? [step, evaluation] : [step];
  }).flat();
}

test("the loss curve is well-formed SVG that names its lines and the baselines", () => {
  const svg = lossCurve(log(300), [{ label: "bigram <&>", natsPerToken: 2.5 }]);
  assert.match(svg, />training, each step</);
  assert.match(svg, />training, smoothed</);
  assert.match(svg, />held-out</);
  assert.match(svg, />bigram &lt;&amp;&gt;</);
  assert.is(svg.match(/<circle/g)?.length, 6);
  const { data } = renderPixels(svg.replaceAll(/var\([^,]*, ([^)]*)\)/g, "$1"));
  assert.ok(data.some((value) => value > 0));
});

test("the smoothed line neither lags nor leads: a straight loss stays straight", () => {
  const steps = log(200).filter(({ kind }) => kind === "step");
  const straight = steps.map((record) => ({ ...record, loss: 5 - 0.01 * record.step }));
  const svg = lossCurve(straight as LogRecord[]);
  const [each, smoothed] = [...svg.matchAll(/<path d="M([^"]*)" fill="none"/g)].map(([, d]) =>
    d!.split("L").map((point) => point.split(" ").map(Number)),
  );
  assert.is(smoothed!.length, each!.length);
  for (const [i, [x, y]] of smoothed!.entries()) {
    assert.is(x, each![i]![0]);
    assert.ok(Math.abs(y! - each![i]![1]!) < 0.02, `${i}: ${y}`);
  }
});

test("names of levels stand right of every curve, and apart from each other", () => {
  const levels = ["bigram, held-out", "trigram, held-out"].map((label, i) => ({
    label,
    natsPerToken: 2.5 + 0.01 * i,
  }));
  const svg = lossCurve(log(300), levels);
  const at = (label: string) => {
    const found = svg.match(new RegExp(`<text x="([\\d.]+)" y="([\\d.]+)"[^>]*>${label}<`))!;
    return { x: Number(found[1]), y: Number(found[2]) };
  };
  const [one, other] = [at("bigram, held-out"), at("trigram, held-out")];
  const ends = [...svg.matchAll(/(?:M|L|H)([\d.]+)/g)].map(([, x]) => Number(x));
  assert.ok(one.x > Math.max(...ends) && one.x === other.x);
  assert.ok(Math.abs(one.y - other.y) >= 15);
});

test("a long log is thinned, and its last step stays", () => {
  const svg = lossCurve(log(20_000));
  assert.ok(svg.length < 150_000, `${svg.length}`);
});

test("an empty log gives empty axes", () => {
  assert.match(lossCurve([]), /^<svg .*<\/svg>$/);
});

test("points that are no numbers are left out", () => {
  const points = [
    { x: 1, y: 2 },
    { x: 2, y: Number.NaN },
    { x: 3, y: Number.POSITIVE_INFINITY },
  ];
  const series = [{ label: "a", points, color: "red", style: "line" as const }];
  const chart = { title: "t", xLabel: "x", yLabel: "y", series, levels: [] };
  assert.not.match(lineChart(chart), /NaN|Infinity/);
});

test.run();
