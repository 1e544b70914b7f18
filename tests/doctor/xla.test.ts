/** What the doctor says of the engine `xla`, on machines with cards, drivers and plug-ins of several kinds. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EngineError } from "../../engine/index.ts";
import type { Plugin } from "../../engine/xla/index.ts";
import { machineProbe, type Probe } from "../../src/doctor/index.ts";
import { diagnoseXla } from "../../src/doctor/xla/diagnose-xla.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";

interface Machine {
  /** What nvidia-smi prints; no such command unless given. */
  readonly smi?: string;
  readonly plugins?: readonly Plugin[];
  readonly start?: () => string;
}

async function findings({ smi, plugins = [], start = () => "XLA, NVIDIA H200" }: Machine) {
  const probe: Probe = {
    ...machineProbe(),
    run: (command) =>
      command === "nvidia-smi" && smi !== undefined ? { status: 0, output: smi } : null,
    sharedLibraries: () => new Set(),
    tryEngine: async () => start(),
  };
  const found = await diagnoseXla(probe, plugins);
  return Object.fromEntries(found.map((each) => [each.subject, each]));
}

const fails = (message: string) => () => {
  throw new EngineError(message);
};

/** A plug-in among packages, with NVIDIA's libraries of those names. */
function cudaPlugin(version: string, libraries: readonly string[]): Plugin {
  const packages = temporaryFolder();
  for (const name of libraries) {
    const path = join(packages, "nvidia/all/lib", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
  }
  const path = join(packages, `jax_plugins/xla_cuda${version}/xla_cuda_plugin.so`);
  return { path, kind: "cuda", packages };
}

const libraries13 =
  "libcudart.so.13 libcublas.so.13 libcublasLt.so.13 libcufft.so.12 libcusolver.so.12 libcusparse.so.12 libcudnn.so.9".split(
    " ",
  );
const processor: Plugin = { path: "/p/cpu_plugin.so", kind: "cpu", packages: "/p" };

test("without a plug-in the one for the machine's card and driver is named", async () => {
  const next = async (smi?: string) =>
    (await findings(smi === undefined ? {} : { smi }))["plug-in"]!.next;
  assert.match((await next())!, /--get xla-cpu /);
  assert.match((await next("NVIDIA H200, 580.95.05, 9.0\n"))!, /--get xla-cuda13 /);
  assert.match((await next("NVIDIA A100, 550.54.15, 8.0\n"))!, /--get xla-cuda12 /);
  assert.match((await next("Tesla K80, 418.87, 3.7\n"))!, /--get xla-cpu /);
});

test("a plug-in for the processor needs nothing else", async () => {
  const found = await findings({ plugins: [processor], start: () => "XLA, CPU" });
  assert.equal(Object.keys(found), ["plug-in", "engine"]);
  assert.is(found.engine!.summary, "XLA, CPU");
});

test("CUDA 13 on a driver for CUDA 12 is told, with the plug-in that fits", async () => {
  const plugins = [cudaPlugin("13", libraries13)];
  const { driver, libraries } = await findings({ smi: "NVIDIA A100, 550.54.15, 8.0\n", plugins });
  assert.is(driver!.status, "broken");
  assert.match(driver!.summary, /driver 550\.54\.15: CUDA 13 needs 580\.65\.06 or newer/);
  assert.match(driver!.next!, /install a newer driver.*or pathloom doctor --get xla-cuda12/);
  assert.is(libraries!.status, "ok");
});

test("libraries that the plug-in would not find are named", async () => {
  const plugins = [cudaPlugin("13", libraries13.slice(0, 4))];
  const { libraries } = await findings({ smi: "NVIDIA H200, 580.95.05, 9.0\n", plugins });
  assert.match(libraries!.summary, /libcusolver\.so\.12, libcusparse\.so\.12, libcudnn\.so\.9$/);
  assert.match(libraries!.next!, /--get xla-cuda13/);
});

test("no card: the plug-in's own words, and where to look", async () => {
  const plugins = [cudaPlugin("13", libraries13)];
  const start = fails("the engine xla cannot start: /p.so: XLA: No visible GPU devices.");
  const { driver, engine } = await findings({ plugins, start });
  assert.is(driver!.status, "missing");
  assert.match(engine!.summary, /No visible GPU devices/);
  assert.match(engine!.next!, /no card that the plug-in sees/);
});

test.run();
