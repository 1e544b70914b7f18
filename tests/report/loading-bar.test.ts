import { test } from "uvu";
import * as assert from "uvu/assert";
import { LoadingBar } from "../../src/report/index.ts";

/** A bar on a stream and a clock of its own. */
function barOn(isTTY: boolean) {
  const written: string[] = [];
  let now = 0;
  const stream = { isTTY, write: (text: string) => written.push(text) };
  const bar = new LoadingBar(stream, "loading", () => now);
  const at = (milliseconds: number, done: number) => {
    now = milliseconds;
    bar.update(done, 4e9);
  };
  return { bar, at, written };
}

test("what is done at once shows nothing", () => {
  const { bar, at, written } = barOn(true);
  at(500, 4e9);
  bar.finish();
  assert.equal(written, []);
});

test("on a terminal one line is redrawn, and ended", () => {
  const { bar, at, written } = barOn(true);
  at(1200, 1e9);
  at(1210, 1.1e9);
  at(1400, 2e9);
  bar.finish();
  assert.is(written.length, 3);
  assert.match(written[0]!, /^\rloading {2}\[#{5}-{15}\] 25 % of 4\.00 GB$/);
  assert.match(written[1]!, /^\rloading {2}\[#{10}-{10}\] 50 % of /);
  assert.is(written[2], "\n");
});

test("what is counted otherwise than in bytes is told so", () => {
  const written: string[] = [];
  let now = 0;
  const stream = { write: (text: string) => written.push(text) };
  const bar = new LoadingBar(
    stream,
    "scoring",
    () => now,
    (total) => `${total} drawings`,
  );
  now = 1200;
  bar.update(50, 100);
  assert.equal(written, ["scoring  [##########----------] 50 % of 100 drawings\n"]);
});

test("elsewhere there is a line now and then", () => {
  const { bar, at, written } = barOn(false);
  at(1200, 1e9);
  at(5000, 2e9);
  at(11_300, 3e9);
  bar.finish();
  assert.equal(
    written.map((line) => line.match(/(\d+) %/)?.[1]),
    ["25", "75"],
  );
});

test.run();
