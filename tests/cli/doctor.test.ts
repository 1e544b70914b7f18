import { test } from "uvu";
import * as assert from "uvu/assert";
import { pathloom } from "./pathloom.ts";

test("doctor --json: the machine and every engine, measured or with the reason", async () => {
  const { code, stdout, stderr } = await pathloom(["doctor", "--json"]);
  assert.is(code, 0, stderr);
  const machine = JSON.parse(stdout);
  assert.is(machine.node.version, process.version);
  assert.is(machine.node.supported, true);
  assert.ok(machine.cores >= 1 && machine.memoryBytes > 1e8);
  assert.ok(["onnx", "cuda"].includes(machine.automatic));
  const names = machine.engines.map(({ name }: { name: string }) => name);
  for (const name of ["onnx", "reference"]) assert.ok(names.includes(name));
  for (const engine of machine.engines) {
    if (engine.starts) assert.ok(engine.gflops > 0 && engine.summary.length > 5, engine.name);
    else assert.ok(engine.reason.length > 10, engine.name);
  }
  const onnx = machine.engines.find(({ name }: { name: string }) => name === "onnx");
  assert.is(onnx.starts, true);
});

test("each command's help teaches by example", async () => {
  for (const command of ["train", "generate", "tokenize", "doctor"]) {
    const { code, stdout } = await pathloom([command, "--help"]);
    assert.is(code, 0);
    assert.match(stdout, new RegExp(`Examples:\n {2}\\$ pathloom ${command}`));
  }
});

test.run();
