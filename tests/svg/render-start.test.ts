/** A machine on which no thread starts: that is told as what it is, and no font or source is blamed. */
import { readFileSync } from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";
import workerThreads from "node:worker_threads";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing } from "../../svg/index.ts";
import { RenderError, renderPixels, textOutliner } from "../../svg/render/index.ts";
import { RendererStartFault } from "../../svg/render/renderer.ts";

const { resolve } = createRequire(import.meta.url);
const file = "@expo-google-fonts/didact-gothic/400Regular/DidactGothic_400Regular.ttf";
const bytes = new Uint8Array(readFileSync(resolve(file)));
const source =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text y="9">a</text><circle r="2"/></svg>';

const { Worker } = workerThreads;
class NoWorker {
  constructor() {
    throw new Error("out of memory");
  }
}
function replaceWorker(worker: unknown): void {
  Object.assign(workerThreads, { Worker: worker });
  syncBuiltinESMExports();
}
test.after(() => replaceWorker(Worker));

const isStartFault = (error: unknown) =>
  error instanceof RendererStartFault &&
  error.message === "the renderer does not start: out of memory";

test("a text is not set, and its fonts are not blamed, where no other thread starts", () => {
  const text = textOutliner([{ name: "didact.ttf", bytes }]);
  assert.equal(parseDrawing(source, { text }).dropped, {});
  replaceWorker(NoWorker);
  // What takes too long ends its thread.
  assert.throws(
    () => renderPixels(source, { timeoutMs: 0 }),
    (error: unknown) => error instanceof RenderError,
  );
  assert.throws(() => parseDrawing(source, { text }), isStartFault);
});

test("no font is blamed where none can be tried", () => {
  replaceWorker(NoWorker);
  assert.throws(() => textOutliner([{ name: "didact.ttf", bytes }]), isStartFault);
});

test("no picture is made, and the error says why", () => {
  assert.throws(
    () => renderPixels(source),
    (error: unknown) => error instanceof RenderError && /out of memory/.test(error.message),
  );
});

test.run();
