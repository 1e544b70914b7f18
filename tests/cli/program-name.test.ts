/** Hints name the program as it was called. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { programName } from "../../src/cli/program-name.ts";

test("npx where npm started it, else the program alone", () => {
  assert.is(programName({ npm_command: "exec" }), "npx pathloom");
  assert.is(programName({ npm_command: "test" }), "pathloom");
  assert.is(programName({}), "pathloom");
});

test.run();
