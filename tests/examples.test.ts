/** The examples run as they stand, against the built package. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { skipTest } from "./testing/skip.ts";
import { startArguments } from "./testing/started.ts";

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "pathloom-examples-"));

function run(name: string, ...args: string[]): string {
  const script = startArguments(join(root, "examples", name));
  const child = spawnSync(process.execPath, [...script, ...args], {
    cwd: root,
    encoding: "utf8",
  });
  assert.is(child.status, 0, child.stderr);
  return child.stdout;
}

test("they are well typed by the declarations that the package ships", () => {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  for (const project of ["examples", "examples/browser"]) {
    const child = spawnSync(process.execPath, [tsc, "-p", project], {
      cwd: root,
      encoding: "utf8",
    });
    assert.is(child.status, 0, child.stdout);
  }
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

test("a page that tokenizes in the browser", async () => {
  const page = join(folder, "tokens.html");
  run(join("browser", "build.ts"), page);
  const executablePath = process.env.PATHLOOM_CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) return skipTest("no Chromium to open the example's page with");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const tab = await browser.newPage();
    await tab.goto(pathToFileURL(page).href);
    assert.match((await tab.locator("#count").textContent()) ?? "", /^19 tokens; left away: \{\}$/);
    await tab.locator("#source").fill("<svg><script>alert(1)</script><path d='M0 0h9'/></svg>");
    assert.match((await tab.locator("#count").textContent()) ?? "", /"script":1/);
    await tab.locator("#source").fill("no drawing");
    assert.match((await tab.locator("#tokens").textContent()) ?? "", /1:1: text stands outside/);
  } finally {
    await browser.close();
  }
});

test.after(() => rmSync(folder, { recursive: true, force: true }));

test.run();
