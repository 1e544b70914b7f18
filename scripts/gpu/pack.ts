/**
 * Packs a folder that tries the engine `xla` on a machine with a card and without Node or a network:
 *
 *   node --import tsx scripts/gpu/pack.ts [--to gpu-kit]
 *   gpu-kit/run                     there: conformance, parity, speed; results in gpu-kit/results
 *
 * In it are this Node, koffi, the kit as one file, the peer in Python, and the losses that this machine's
 * processor has for the first ten steps. The plug-in and NVIDIA's libraries are found on the machine, where
 * Python has `jax[cuda13]`; docs/gpu.md.
 */
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { build, type Plugin } from "esbuild";
import { startEngine } from "../../engine/index.ts";
import { parityLosses } from "./parity.ts";

/** Packages that the engine xla and the kit do not use: in one file they would be loaded all the same. */
const withoutOthers: Plugin = {
  name: "without-others",
  setup({ onResolve, onLoad }) {
    const others = /^(onnxruntime-node|@tensorflow\/.*|sharp|@huggingface\/.*|tokenizers)$/;
    onResolve({ filter: others }, ({ path }) => ({ path, namespace: "none" }));
    onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "module.exports = {};" }));
  },
};

const root = join(import.meta.dirname, "../..");
const { values } = parseArgs({ options: { to: { type: "string", default: "gpu-kit" } } });
const folder = values.to;

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
await build({
  entryPoints: [join(root, "scripts/gpu/kit.ts")],
  outfile: join(folder, "kit.mjs"),
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  external: ["koffi"],
  plugins: [withoutOthers],
  banner: {
    js: 'import { createRequire as kitRequire } from "node:module"; const require = kitRequire(import.meta.url);',
  },
  logLevel: "warning",
});
for (const name of ["koffi", "@koromix/koffi-linux-x64"]) {
  const to = join(folder, "node_modules", name);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(join(root, "node_modules", name), to, { recursive: true, dereference: true });
}
cpSync(join(root, "bench/peer"), join(folder, "peer"), { recursive: true });
cpSync(process.execPath, join(folder, "node"));

const { engine } = await startEngine("onnx");
writeFileSync(join(folder, "expected.json"), JSON.stringify(parityLosses(engine)));
engine.dispose();

const run = join(folder, "run");
writeFileSync(run, '#!/bin/sh\ncd "$(dirname "$0")" && exec ./node kit.mjs "$@"\n');
chmodSync(run, 0o755);
console.log(`packed into ${folder}; run ${run} on the machine with the card`);
