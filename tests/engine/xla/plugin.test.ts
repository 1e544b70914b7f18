/** What is done with a plug-in: versions, errors, compiled files, what is alive. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  EngineError,
  Graph,
  ops,
  type TensorData,
  type TensorType,
} from "../../../engine/index.ts";
import { compileOptions } from "../../../engine/xla/compile-options.ts";
import { compiled } from "../../../engine/xla/compiled-files.ts";
import { XlaEngine } from "../../../engine/xla/index.ts";
import { lowerModule } from "../../../engine/xla/lower/index.ts";
import { oneDevice } from "../../../engine/xla/mesh/index.ts";
import { type Handle, PjrtClient } from "../../../engine/xla/pjrt/index.ts";
import { selfTest, whyUnavailable } from "../../../engine/xla/plugins/index.ts";
import { openRuntime } from "../../../engine/xla/runtime.ts";
import { temporaryFolder } from "../../checkpoints/temporary-folder.ts";
import { skipTest } from "../../testing/skip.ts";

const why = whyUnavailable();
const whenThere = why === null ? test : test.skip;
if (why !== null) console.log(`SKIPPED plug-ins of xla: ${why}`);

const one = { threads: 1, mesh: oneDevice };

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.instance(error, EngineError);
    return (error as Error).message;
  }
  return "nothing was refused";
}

// First, before others have loaded it again.
whenThere("a library stays loaded, whatever the collector finds unused", async () => {
  const { runtime, release } = openRuntime(one);
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  // A function that was not called before is looked up in the library's memory.
  const options = compileOptions({ platform: runtime.client.platform });
  const text = `module @m { func.func public @main() -> tensor<f32> {
    %0 = stablehlo.constant dense<1.0> : tensor<f32>
    return %0 : tensor<f32> } }`;
  const executable = runtime.client.compile(text, options);
  assert.ok(executable.serialise().length > 0);
  executable.dispose();
  release();
});

whenThere("a version too old is refused, one that is newer than tested is tried and told", () => {
  const old = refusal(() => openRuntime({ ...one, version: { major: 0, minor: 40 } }));
  assert.match(old, /speaks version 0\.40 of PJRT's interface; supported are 0\.57 and later/);
  const { runtime, release } = openRuntime({ ...one, version: { major: 0, minor: 999 } });
  assert.match(runtime.remarks.join(), /a version that was not tested; it passed the self-test/);
  release();
  assert.is(runtime.library.objects, 0);
});

/** Gives other numbers than were computed. */
class WrongClient extends PjrtClient {
  override download(src: Handle, type: TensorType, into: TensorData): void {
    super.download(src, type, into);
    into[0]! += 1;
  }
}

whenThere("one that computes something else fails the self-test, which says what", () => {
  const { runtime, release } = openRuntime(one);
  const client = new WrongClient(runtime.library);
  assert.match(
    refusal(() => selfTest(client)),
    /fails the self-test: a product came out as 20\.5, 23, 44\.5, 52, 135/,
  );
  client.dispose();
  release();
});

whenThere("tf32 is refused but on NVIDIA's cards, and nothing is left of the attempt", () => {
  const { runtime, release } = openRuntime(one);
  const before = runtime.library.objects;
  const { platform } = runtime.client;
  if (platform === "cuda") {
    skipTest("the refusal of tf32: the plug-in that starts here is for NVIDIA's cards");
  } else {
    const why = refusal(() => new XlaEngine({ threads: 1, precision: "tf32" }));
    assert.ok(
      why.includes(`tf32 is of NVIDIA's cards: the plug-in that starts here is for ${platform}`),
      why,
    );
    assert.is(runtime.library.objects, before);
  }
  release();
});

whenThere("errors carry XLA's own message, and nothing is lost of what failed", () => {
  const { runtime, release } = openRuntime(one);
  const { client, library } = runtime;
  const before = library.objects;
  const options = compileOptions({ platform: client.platform });
  assert.match(
    refusal(() => client.compile("module { nonsense }", options)),
    /^XLA: .*custom op 'nonsense' is unknown/,
  );
  assert.is(library.objects, before);
  release();
});

whenThere("threads are those that were asked for, and engines that agree share a client", () => {
  const engines = [1, 1, 2].map((threads) => new XlaEngine({ threads }));
  assert.equal(
    engines.map((engine) => engine.describe().threads),
    [1, 1, 2],
  );
  assert.is(engines[0]!.runtimeObjects, 2, "two clients");
  for (const engine of engines) engine.dispose();
  assert.is(engines[0]!.runtimeObjects, 0);
});

whenThere("what was compiled is read from disk, and what is damaged there compiled anew", () => {
  const folder = temporaryFolder();
  const saved = process.env.PATHLOOM_XLA_CACHE;
  process.env.PATHLOOM_XLA_CACHE = join(folder, "compiled");
  const { runtime, release } = openRuntime(one);
  const graph = new Graph();
  graph.output("y", ops.multiply(graph.input("x", [3]), 2));
  const { text } = lowerModule(graph, { donate: {}, precision: "float32", mesh: oneDevice });
  const options = compileOptions({ platform: runtime.client.platform });
  const type = { dtype: "float32", shape: [3] } as const;
  const doubled = () => {
    const executable = compiled(runtime, text, options, 0);
    const x = runtime.client.upload(Float32Array.of(1, 2, 3), type, runtime.client.devices[0]!);
    const [[y]] = executable.execute([[x]], 1) as [[Handle]];
    const out = new Float32Array(new ArrayBuffer(12));
    runtime.client.download(y, type, out);
    for (const buffer of [x, y]) runtime.client.freeBuffer(buffer);
    executable.dispose();
    return [...out];
  };
  assert.equal(doubled(), [2, 4, 6]);
  const files = readdirSync(join(folder, "compiled"));
  assert.is(files.length, 1);
  const path = join(folder, "compiled", files[0]!);
  const whole = readFileSync(path);
  assert.equal(doubled(), [2, 4, 6]);
  for (const damaged of [
    whole.subarray(0, 100),
    Buffer.alloc(0),
    Buffer.from(whole).fill(7, 60, 90),
  ]) {
    writeFileSync(path, damaged);
    assert.equal(doubled(), [2, 4, 6]);
    assert.equal(readFileSync(path).length, whole.length, "written anew");
  }
  // A folder that cannot be one.
  writeFileSync(join(folder, "file"), "");
  process.env.PATHLOOM_XLA_CACHE = join(folder, "file", "below");
  assert.equal(doubled(), [2, 4, 6]);
  mkdirSync(join(folder, "off"));
  process.env.PATHLOOM_XLA_CACHE = "off";
  assert.equal(doubled(), [2, 4, 6]);
  if (saved === undefined) delete process.env.PATHLOOM_XLA_CACHE;
  else process.env.PATHLOOM_XLA_CACHE = saved;
  release();
});

whenThere("XLA says what a program needs, and that a donated tensor takes no more", () => {
  const engine = new XlaEngine({ threads: 1 });
  const graph = new Graph();
  graph.output("next", ops.add(graph.input("state", [256, 256]), 1));
  const {
    arguments: given,
    outputs,
    aliased,
  } = engine.compile(graph, { donate: { next: "state" } }).memory();
  assert.equal([given, outputs, aliased], [2 ** 18, 2 ** 18, 2 ** 18]);
  assert.is(engine.compile(graph).memory().aliased, 0);
  engine.dispose();
});

test.run();
