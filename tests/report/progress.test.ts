import { test } from "uvu";
import * as assert from "uvu/assert";
import { formatBytes, formatCount, formatSeconds } from "../../src/report/format.ts";
import { Progress, type ProgressState } from "../../src/report/progress.ts";

function stream(isTTY: boolean, columns = 120) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

const state: ProgressState = {
  step: 250,
  done: 0.25,
  loss: 2.34567,
  heldOutLoss: 2.5,
  tokensPerSecond: 9123.4,
  shareOfPeak: 0.431,
  secondsLeft: 192,
};

test("elsewhere than on a terminal: plain lines, now and then, and the last one at the end", () => {
  const out = stream(false);
  let now = 0;
  const progress = new Progress(out, { steps: 1000, now: () => now });
  progress.update(state);
  now = 5_000;
  progress.update({ ...state, step: 300 });
  now = 11_000;
  progress.update({ ...state, step: 400 });
  progress.update({ ...state, step: 1000, done: 1 });
  progress.finish();
  assert.is(
    out.written[0],
    " 25 %  step 250/1000  loss 2.346  held-out 2.500  9,123 tokens/s  43 % of peak  3 min 12 s left\n",
  );
  assert.is(out.written.length, 3);
  assert.match(out.written[2] ?? "", /100 % {2}step 1000\/1000/);
});

test("on a terminal: one line that is redrawn, cut to its width, with notes above it", () => {
  const out = stream(true, 60);
  let now = 0;
  const progress = new Progress(out, { steps: null, now: () => now });
  progress.update({ ...state, done: 0.5 });
  now = 50;
  progress.update(state);
  progress.note("saved");
  progress.update({ ...state, heldOutLoss: null });
  progress.finish();
  assert.match(out.written[0] ?? "", /^\r█{10}░{10} {2}step 250 {2}loss 2\.346/);
  assert.is(out.written[0]?.length, 60);
  assert.match(out.written[1] ?? "", /^\r +\r$/);
  assert.is(out.written[2], "saved\n");
  assert.not.match(out.written[3] ?? "", /held-out/);
  assert.is(out.written.at(-1), "\n");
});

test("figures read as people write them", () => {
  assert.equal([8.4, 192, 7500].map(formatSeconds), ["8 s", "3 min 12 s", "2 h 05 min"]);
  assert.equal([1.2e4, 5.84e8, 1.2e9].map(formatBytes), ["12 kB", "584 MB", "1.20 GB"]);
  assert.is(formatCount(1907.4), "1,907");
});

test.run();
