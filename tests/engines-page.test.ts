/**
 * What docs/engines.md shows is done to a copy of the sources, step by step: it has to compile with
 * all that uses it, and to run.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { bundleTests } from "../scripts/testing/bundle.ts";

const root = join(import.meta.dirname, "..");
const page = readFileSync(join(root, "docs/engines.md"), "utf8");

/** Under a heading of the page, up to the next one. */
function section(heading: string): string {
  const text = page.split(/^## /m).find((each) => each.startsWith(`${heading}\n`));
  assert.ok(text, `the page has no "${heading}"`);
  return text;
}

function find(text: string, pattern: RegExp): string {
  const found = text.match(pattern)?.[1];
  assert.ok(found, `the page has nothing like ${pattern}`);
  return found;
}

const codeBlock = /```ts\n([\s\S]*?)```/;
const engine = section("Adding an engine");
const operation = section("Adding an operation");

/** An engine that computes as `reference` does, in place of one for a Mac. */
const metalEngine = `
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import type { EngineOptions } from "../registry.ts";
import { kernels } from "../tfjs/kernels/index.ts";
import { TfjsEngine } from "../tfjs/tfjs-engine.ts";

export class MetalEngine extends TfjsEngine {
  constructor({ threads, profileFolder }: EngineOptions) {
    const about = { name: "metal", summary: "Metal", version: "1.0", device: "GPU" };
    const runtime = { tf, backend: "cpu", isAsynchronous: false };
    super({ ...about, threads: threads ?? 1 }, runtime, kernels, profileFolder);
  }
}
`;

/** Starts the engine as on a Mac, and holds the operation to its exact meaning. */
const trial = `
import { checkByDifferences } from "./differences.ts";
import { cases } from "./all-cases.ts";
import { dataOf, forwardGraph, gradientGraph } from "./case.ts";
import { compareWithExact } from "./compare.ts";
import { engineNames, startEngine } from "../../../engine/index.ts";

const { engine: onnx } = await startEngine("onnx");
Object.defineProperty(process, "platform", { value: "darwin" });
const { engine: metal } = await startEngine("metal", { threads: 3 });
const { engine: automatic } = await startEngine("auto");
console.log(engineNames.join(" "), metal.describe().threads, automatic.name);
const found = cases.filter(({ name }) => name === "softsign");
for (const one of found) {
  for (const engine of [onnx, metal]) {
    compareWithExact(engine, forwardGraph(one), dataOf(one), one.tolerance);
    compareWithExact(engine, gradientGraph(one), dataOf(one), 4 * one.tolerance);
  }
  checkByDifferences(one);
  console.log("softsign:", onnx.compile(forwardGraph(one)).operations, "operation");
}
`;

const folders = [
  "errors",
  "svg",
  "engine",
  "distributed",
  "data",
  "src",
  "models",
  "trainers",
  "checkpoints",
  "tokenizer",
];
const tests = [
  "engine/brief.ts",
  "engine/conformance",
  "engine/finite-differences.ts",
  "testing/report.ts",
  "testing/skip.ts",
];
const settings = ["tsconfig.json", "package.json"];
const copied = [...folders, ...tests.map((path) => `tests/${path}`), ...settings];

/** A copy of the sources with the page's steps done. */
function changedCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), "pathloom-engines-page-"));
  for (const path of copied) cpSync(join(root, path), join(copy, path), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "junction");

  const write = (path: string, text: string) => writeFileSync(join(copy, path), text);
  const insert = (path: string, before: string, text: string) => {
    const old = readFileSync(join(copy, path), "utf8");
    assert.ok(old.includes(before), `${path} has no "${before}"`);
    write(
      path,
      old.replace(before, () => `${text}\n${before}`),
    );
  };
  mkdirSync(join(copy, "engine/metal"));
  write("engine/metal/index.ts", metalEngine);
  const entry = find(engine, codeBlock);
  insert("engine/registry.ts", '  {\n    name: "cuda",', `${entry.trimEnd()},`);
  write(
    "tests/engine/conformance/metal.test.ts",
    `import { conform } from "./suite.ts";\n${find(engine, /`(await conform\("metal"\))`/)};\n`,
  );

  write("engine/ops/softsign.ts", find(operation, codeBlock));
  const index = "engine/ops/index.ts";
  insert(
    index,
    'export { softcap } from "./softcap.ts";',
    'export { softsign } from "./softsign.ts";',
  );
  const oneCase = find(operation, /`(caseOf\("softsign".*?)`;/);
  const list = "export const compositeCases: readonly Case[] = [";
  insert("tests/engine/conformance/composite-cases.ts", list, `const softsignCase = ${oneCase};`);
  const cases = readFileSync(join(copy, "tests/engine/conformance/composite-cases.ts"), "utf8");
  write(
    "tests/engine/conformance/composite-cases.ts",
    cases.replace(list, () => `${list}\n  softsignCase,`),
  );
  const lowering = find(operation, /`(softsign: \(writer.*?)`\./);
  insert("engine/onnx/lower/lowerings/composites.ts", "  gelu: activation(", `  ${lowering},`);
  write("tests/engine/conformance/trial.ts", trial);
  return copy;
}

/** Bundled, as the test runner does, since the copy is translated for nothing else. */
const started = ["trial", "metal.test", "coverage.test"] as const;
type Started = (typeof started)[number];

async function bundles(): Promise<Readonly<Record<Started, string>>> {
  const files = started.map((name) => `tests/engine/conformance/${name}.ts`);
  const made = await bundleTests(copy, files, join(copy, ".tests"));
  return Object.fromEntries(started.map((name, i) => [name, made[i]])) as Record<Started, string>;
}

function run(folder: string, ...command: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  assert.is(status, 0, `${command.join(" ")}:\n${stdout}${stderr}`);
  return stdout;
}

const copy = changedCopy();
const bundled = await bundles();

test("both examples compile, with everything that names engines and operations", () => {
  run(copy, join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.json");
});

test("the engine is chosen by name and first of all, the operation computes what it says", () => {
  const printed = run(copy, bundled.trial);
  assert.is(
    printed,
    "xla metal cuda onnx openvino tensorflow reference 3 metal\nsoftsign: 1 operation\n",
  );
});

test("the conformance suite takes the engine, and asks for no other case of the operation", () => {
  const why = process.platform === "darwin" ? /REPORT conformance of metal/ : /this is no Mac/;
  assert.match(run(copy, bundled["metal.test"]), why);
  run(copy, bundled["coverage.test"]);
});

test.after(() => rmSync(copy, { recursive: true, force: true }));
test.run();
