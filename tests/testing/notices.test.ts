/** Which lines of a suite are shown when all suites are run. */
import { spawnSync } from "node:child_process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { noticesIn } from "../../scripts/testing/notices.ts";

test("what was skipped and what is reported is shown, nothing else", () => {
  const output = [
    "a line",
    "SKIPPED cuda: no GPU",
    "it was SKIPPED in a sentence",
    "• • REPORT 40 calls a step\r",
    "REPORTED",
    "  Total:     3",
  ].join("\n");
  assert.equal(noticesIn(output), ["SKIPPED cuda: no GPU", "REPORT 40 calls a step"]);
});

test("also what a test prints after uvu's marks of those before it", () => {
  const program = `
    import { suite } from "uvu";
    import { report } from "./tests/testing/report.ts";
    report("before all");
    const test = suite("named");
    test("passes", () => {});
    test("fails", () => { throw new Error("on purpose"); });
    test("tells", () => report("in the third"));
    test.run();`;
  const { stdout } = spawnSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", program],
    { encoding: "utf8", env: { ...process.env, FORCE_COLOR: "0" } },
  );
  assert.equal(noticesIn(stdout), ["REPORT before all", "REPORT in the third"], stdout);
});

test.run();
