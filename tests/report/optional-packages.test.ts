/** Packages that only some use: where one is missing, the command that installs it is told. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { whyNotPortable } from "../../engine/tfjs/package/index.ts";
import { dotPicture } from "../../src/report/index.ts";

const notFound = Object.assign(new Error("not found"), { code: "ERR_MODULE_NOT_FOUND" });

test("without Graphviz, a graph can still be written as text", async () => {
  try {
    await dotPicture("digraph {}", () => Promise.reject(notFound));
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /run: npm install @viz-js\/viz, or write a \.dot/);
  }
});

test("what breaks otherwise is not taken for a missing package", async () => {
  const broken = new TypeError("broken");
  try {
    await dotPicture("digraph {}", () => Promise.reject(broken));
    assert.unreachable();
  } catch (error) {
    assert.is(error, broken);
  }
});

test("without TensorFlow.js its engines say what to install, by what is missing", () => {
  const nothing = () => {
    throw notFound;
  };
  assert.is(
    whyNotPortable(nothing),
    "@tensorflow/tfjs-core and @tensorflow/tfjs-backend-cpu are not installed; run: npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-cpu",
  );
  const core = (name: string) => (name.endsWith("core") ? "/core" : nothing());
  assert.is(
    whyNotPortable(core),
    "@tensorflow/tfjs-backend-cpu is not installed; run: npm install @tensorflow/tfjs-backend-cpu",
  );
  assert.is(whyNotPortable(), null);
});

test.run();
