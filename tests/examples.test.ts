/** The examples run as they stand, against the built package. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "pathloom-examples-"));

function run(name: string, ...args: string[]): string {
  const script = join("examples", name);
  const child = spawnSync(process.execPath, ["--import", "tsx", script, ...args], {
    cwd: root,
    encoding: "utf8",
  });
  assert.is(child.status, 0, child.stderr);
  return child.stdout;
}

test("they are well typed by the declarations that the package ships", () => {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const child = spawnSync(process.execPath, [tsc, "-p", "examples"], {
    cwd: root,
    encoding: "utf8",
  });
  assert.is(child.status, 0, child.stdout);
});

test("a function and its gradient", () => {
  assert.match(run("gradient.ts"), /14\s*\].*\[\s*2,\s*4,\s*6\s*\]/s);
});

test("round trips of a tokenizer", () => {
  assert.match(run("evaluate.ts", "node_modules/lucide-static/icons", "20"), /^20 of 20 /);
});

test("a run from a program, and drawings of it", () => {
  const trained = join(folder, "run");
  assert.match(run("train.ts", trained, "10"), /step 10: .*\nfinished after 10 steps/);
  assert.match(run("generate.ts", trained, "arrow right"), /^<!-- arrow right -->\n<svg .*<\/svg>/);
});

test("adapters over the released model, in PEFT's layout", () => {
  const adapter = join(folder, "adapter");
  const said = run("lora.ts", "lucide", adapter, "3");
  assert.match(said, /adapters of 28 layers\n.*PeftModel/s);
  const config = JSON.parse(readFileSync(join(adapter, "adapter_config.json"), "utf8"));
  assert.is(config.peft_type, "LORA");
  assert.is(config.r, 8);
});

test.after(() => rmSync(folder, { recursive: true, force: true }));

test.run();
