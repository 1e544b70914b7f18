/** Trying an engine in a process of its own: what a library does there is told apart, whatever it writes. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EngineError } from "../../engine/index.ts";
import { tryInProcess } from "../../src/doctor/engine-trial.ts";
import { SimulatedMachine } from "./simulated-machine.ts";

/** What is said of the engine `tensorflow` when its package runs this code. */
function refusalOf(main: string, limits?: Parameters<typeof tryInProcess>[1]): string[] {
  const machine = new SimulatedMachine();
  machine.nativePackage("tensorflow", main);
  const before = { ...process.env };
  Object.assign(process.env, machine.environment);
  try {
    tryInProcess("tensorflow", limits);
  } catch (error) {
    assert.instance(error, EngineError);
    return (error as EngineError).message.split("\n");
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
  return [];
}

/** Writes all of it before it goes on, as a native library does. */
const write = (descriptor: 1 | 2, lines: number) => `
  const chunk = Buffer.from("I0000 chatter of a library\\n".repeat(1000));
  for (let i = 0; i < ${lines / 1000}; i++) {
    for (let done = 0; done < chunk.length;) {
      try { done += require("node:fs").writeSync(${descriptor}, chunk, done); } catch {}
    }
  }
`;

test("an engine that hangs is said not to answer", () => {
  const hang = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);";
  const [summary] = refusalOf(hang, { seconds: 4, mebibytes: 64 });
  assert.is(summary, "the engine tensorflow did not answer within 4 s");
});

test("an engine that writes megabytes, on either stream, is heard to the end", () => {
  for (const descriptor of [1, 2] as const) {
    const [summary, ...said] = refusalOf(
      `{${write(descriptor, 100_000)}} throw new Error("no such symbol");`,
    );
    assert.match(summary!, /tfjs-node 4\.22\.0 does not load: no such symbol/);
    assert.is(said.length, descriptor === 2 ? 20 : 0);
  }
});

test("an engine that writes without end is stopped, and that is said", () => {
  const [summary] = refusalOf(`{${write(2, 100_000)}}`, { seconds: 100, mebibytes: 1 });
  assert.is(summary, "the engine tensorflow wrote more than 1 MiB before it answered");
});

test("a process that ends before the answer, in good order or not, is no answer", () => {
  const early = refusalOf(`console.error("out of here"); process.exit(0);`);
  assert.equal(early, ["the engine tensorflow ended its process with no answer", "out of here"]);
  const [killed] = refusalOf(`process.kill(process.pid, "SIGILL");`);
  assert.is(killed, "the engine tensorflow ended its process by SIGILL");
});

test.run();
