import { appendFileSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { MetricsLog, readLog } from "../../src/report/log.ts";

const evaluation = (step: number) => ({
  kind: "evaluation" as const,
  step,
  natsPerToken: 1 / step,
  bitsPerDrawing: 100,
  best: true,
});

function logFile(): string {
  return join(mkdtempSync(join(tmpdir(), "pathloom-log-")), "log.jsonl");
}

test("what is appended is read back, a JSON object a line", () => {
  const file = logFile();
  const log = new MetricsLog(file);
  log.append(evaluation(1));
  log.append(evaluation(2));
  assert.equal(readLog(file), [evaluation(1), evaluation(2)]);
  assert.is(readFileSync(file, "utf8").split("\n").length, 3);
});

test("a resumed run cuts off what was logged after its step; a new one starts empty", () => {
  const file = logFile();
  const log = new MetricsLog(file);
  for (const step of [10, 20, 30, 40]) log.append(evaluation(step));
  new MetricsLog(file, 20).append(evaluation(25));
  assert.equal(
    readLog(file).map(({ step }) => step),
    [10, 20, 25],
  );
  new MetricsLog(file);
  assert.equal(readLog(file), []);
});

test("a last line that was cut short is passed over", () => {
  const file = logFile();
  new MetricsLog(file).append(evaluation(1));
  appendFileSync(file, '{"kind":"evaluation","step":2,"natsP');
  assert.equal(readLog(file), [evaluation(1)]);
  assert.equal(readLog(`${file}.none`), []);
});

test.run();
