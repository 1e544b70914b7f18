/** Event files hold what was logged, record by record, with the sums that TensorFlow's readers check. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { resolveConfig } from "../../src/config/index.ts";
import { type LogRecord, logCsv, MetricsLog } from "../../src/report/index.ts";
import { crc32c, maskedCrc32c } from "../../src/report/tensorboard/crc32c.ts";
import { runPaths } from "../../src/runs/index.ts";
import { addRecord, writeBoard } from "../../src/runs/record/board.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** The events of a file. @throws where a length or a sum is wrong, or a record is cut short */
function eventsIn(file: string): Uint8Array[] {
  const data = new Uint8Array(readFileSync(file));
  const view = new DataView(data.buffer);
  const events: Uint8Array[] = [];
  for (let at = 0; at < data.length; ) {
    const length = Number(view.getBigUint64(at, true));
    assert.is(view.getUint32(at + 8, true), maskedCrc32c(data.subarray(at, at + 8)));
    const event = data.subarray(at + 12, at + 12 + length);
    assert.is(event.length, length);
    assert.is(view.getUint32(at + 12 + length, true), maskedCrc32c(event));
    events.push(event);
    at += length + 16;
  }
  return events;
}

/** Without version, hyper-parameters and configuration. */
const points = (file: string) =>
  eventsIn(file)
    .slice(3)
    .map((event) => Buffer.from(event).toString("hex"));

const holds = (event: Uint8Array, text: string) => Buffer.from(event).includes(text);

const step = (number: number): LogRecord => ({
  kind: "step",
  step: number,
  at: 1000 + number,
  loss: 3,
  learningRate: 0.1,
  gradientNorm: 1,
  epoch: 1,
  tokensPerSecond: 5,
  shareOfPeak: 0.5,
  seconds: 1,
  residentBytes: 9,
  liveTensors: 3,
  liveBytes: 7,
});

test("the sums are those of RFC 3720, masked as TensorFlow does", () => {
  assert.is(crc32c(bytes("123456789")), 0xe3069283);
  assert.is(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.is(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  // As `masked_crc32c` of the package tensorboard has it.
  assert.is(maskedCrc32c(bytes("123456789")), 0xc78ab0e5);
});

test("a run that was killed and goes on tells each point once, whatever was cut off", () => {
  const folder = temporaryFolder();
  const config = resolveConfig();
  const { log } = runPaths(folder);
  const first = new MetricsLog(log, 0);
  const board = writeBoard(folder, config, 0);
  for (const number of [1, 2, 3]) {
    first.append(step(number));
    addRecord(board, step(number));
  }
  const file = join(folder, "tensorboard", "events.out.tfevents.0000000000.pathloom");
  const whole = eventsIn(file);
  assert.is(whole.length, 3 + 3, "version, hyper-parameters, configuration and three steps");
  assert.ok(holds(whole[0]!, "brain.Event:2"));
  assert.ok(holds(whole[1]!, "_hparams_/session_start_info") && holds(whole[1]!, "train.lr"));
  assert.ok(holds(whole[2]!, "hiddenSize"));
  const told = points(file);
  // Killed within a record, after a checkpoint at step 2.
  writeFileSync(file, readFileSync(file).subarray(0, -5));
  const again = new MetricsLog(log, 2);
  const resumed = writeBoard(folder, config, 2);
  assert.equal(points(file), told.slice(0, 2));
  again.append(step(3));
  addRecord(resumed, step(3));
  assert.equal(points(file), told);
});

test("the log as a table has a column for each figure and a row for each record", () => {
  const evaluation: LogRecord = {
    kind: "evaluation",
    step: 2,
    natsPerToken: 2.5,
    bitsPerDrawing: 90,
    best: true,
  };
  const measured: LogRecord = {
    kind: "measure",
    step: 2,
    heldOut: null,
    captionTop1: null,
    captionMrr: 0.5,
    trained: { hit1: 0.25, hit5: 0.5, mrr: 0.3, sharedWord: 1 },
  };
  const rows = logCsv([step(1), evaluation, measured])
    .trimEnd()
    .split("\r\n")
    .map((row) => row.split(","));
  assert.equal(new Set(rows.map(({ length }) => length)).size, 1);
  const at = (row: number, column: string) => rows[row]![rows[0]!.indexOf(column)];
  assert.is(at(1, "loss"), "3");
  assert.is(at(2, "natsPerToken"), "2.5");
  assert.is(at(3, "trained.hit1"), "0.25");
  assert.is(at(3, "loss"), "");
});

test.run();
