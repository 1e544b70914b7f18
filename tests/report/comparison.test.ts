/** What a comparison says follows from its figures: statistics, sentences, plots, tables. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Comparison,
  comparisonCsv,
  comparisonMarkdown,
  comparisonPage,
  findings,
  groupChart,
  layoutOf,
  type Metric,
  SweepProgress,
  statisticOf,
} from "../../src/report/index.ts";

const metric: Metric = {
  key: "bits",
  label: "Bits",
  unit: "bits",
  digits: 1,
  better: "lower",
  plotted: true,
};

/** @param figures of the seeds of each context */
function comparison(figures: Record<number, number[]>, more: Partial<Comparison> = {}): Comparison {
  return {
    title: "t",
    axes: ["model.contextLength"],
    unit: "tokens",
    equal: "tokens",
    metrics: [metric],
    sheet: [],
    failed: [],
    notes: [],
    common: { drawings: 5, trainedCaptions: 0, heldOutCaptions: 0 },
    groups: Object.entries(figures).map(([context, values]) => ({
      label: context,
      values: { "model.contextLength": Number(context) },
      settings: {},
      runs: values.map((bits, seed) => ({
        name: `c-${context}-${seed}`,
        folder: "",
        seed,
        figures: { bits },
        training: [{ x: 1, y: 2 }],
        heldOut: [],
      })),
    })),
    ...more,
  };
}

test("spread is the standard deviation of a sample", () => {
  assert.equal(statisticOf([1, 2, 3, 6]), {
    count: 4,
    mean: 3,
    deviation: Math.sqrt(14 / 3),
    low: 1,
    high: 6,
  });
  assert.is(statisticOf([5])?.deviation, null);
  assert.is(statisticOf([]), null);
});

test("a lead is held against the spread over seeds", () => {
  const said = (a: number[], b: number[]) => findings(comparison({ 128: a, 256: b }))[0];
  assert.is(
    said([10, 12], [20, 22]),
    "Bits: lowest for 128, 11.0 ± 1.4 bits; next 256, 21.0 ± 1.4 (more than twice the spread over seeds).",
  );
  assert.match(said([10, 12], [13, 15])!, /more than twice/);
  assert.match(said([10, 12], [12, 14])!, /more than the spread over seeds, less than twice/);
  assert.match(said([10, 12], [11, 13])!, /within the spread/);
  assert.match(said([10], [11])!, /nothing is said of chance/);
  assert.is(said([11, 11], [11, 11]), undefined);
});

test("contexts stand by their logarithms, names side by side, and several axes as lines", () => {
  const places = (of: Comparison) => layoutOf(of).ticks.map(({ x }) => x);
  assert.equal(places(comparison({ 128: [1], 256: [1], 512: [1] })), [0, 0.5, 1]);
  assert.equal(places(comparison({ 1: [1], 2: [1], 3: [1] })), [0, 0.5, 1]);
  const [first, second] = comparison({ 128: [1], 256: [1] }).groups;
  const two = ["adamw", "muon"].flatMap((name) =>
    [first!, second!].map((group) => ({
      ...group,
      values: { ...group.values, "train.optimizer": name },
    })),
  );
  const axes = ["model.contextLength", "train.optimizer"];
  const { lines } = layoutOf(comparison({}, { axes, groups: two }));
  assert.equal(
    lines.map(({ label, members }) => [label, members.map(({ group }) => group)]),
    [
      ["optimizer adamw", [0, 1]],
      ["optimizer muon", [2, 3]],
    ],
  );
});

test("a plot has a point for each seed, a line and a band", () => {
  const of = comparison({ 128: [1, 2, 3], 256: [2, 3, 4] });
  const svg = groupChart(of, metric, layoutOf(of));
  assert.is([...svg.matchAll(/<circle /g)].length, 6);
  assert.is([...svg.matchAll(/opacity="0\.16"/g)].length, 1);
  assert.match(svg, /Bits \(bits\)/);
  assert.match(svg, /model\.contextLength \(tokens\)/);
  assert.not.match(svg, /NaN/);
});

test("hostile names stay text in all forms, and a spreadsheet takes none for a formula", () => {
  const of = comparison({ 128: [1] }, { title: "<script>x</script>" });
  const runs = of.groups[0]!.runs.map((run) => ({ ...run, name: '=HYPERLINK("x")' }));
  const named = { ...of, groups: [{ ...of.groups[0]!, runs }] };
  assert.not.match(comparisonPage(named), /<script/);
  assert.match(comparisonCsv(named), /\r\n"'=HYPERLINK\(""x""\)",128,0,1\r\n/);
  assert.match(
    comparisonMarkdown(named, () => null),
    /\| Bits \(bits\) \| 1\.0 \|/,
  );
});

test("the progress of a sweep redraws its lines on a terminal and tells ends elsewhere", () => {
  const shown = (isTTY: boolean) => {
    let text = "";
    let now = 0;
    const stream = { isTTY, columns: 80, write: (part: string) => (text += part) };
    const runs = [
      { name: "a", state: "finished" as const },
      { name: "b", state: "waiting" as const },
    ];
    const progress = new SweepProgress(stream, runs, 1, () => now);
    progress.update("b", { state: "training", steps: 10 });
    now = 1000;
    progress.update("b", { step: 5, loss: 1.5, tokensPerSecond: 10, secondsLeft: 4 });
    progress.update("b", { state: "failed", reason: "no drawing" });
    progress.finish();
    return text;
  };
  const plain = shown(false).split("\n");
  assert.equal(plain, ["b  0 %  step 0/10  0 tokens/s", "b  failed:  no drawing", ""]);
  const terminal = shown(true);
  assert.match(terminal, /█{8}░{8} {2}step 5\/10 {2}loss 1\.500/);
  assert.ok(terminal.endsWith("✓ a  finished\n✗ b  failed:  no drawing\n2 of 2 runs\n"));
  assert.ok(terminal.includes("\u001b[3A\u001b[J"));
});

test.run();
