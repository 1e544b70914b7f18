/** Where plug-ins are looked for, in folders made for the purpose. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../../engine/index.ts";
import {
  findPlugins,
  kindOf,
  vendorLibraries,
  whyNoAccelerator,
  whyUnavailable,
} from "../../../engine/xla/plugins/index.ts";
import { temporaryFolder } from "../../checkpoints/temporary-folder.ts";

const place = temporaryFolder();

function withFiles(name: string, ...paths: readonly string[]): string {
  const folder = join(place, name);
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), "no library");
  }
  return folder;
}

const saved = { plugin: process.env.PATHLOOM_PJRT_PLUGIN, engines: process.env.PATHLOOM_ENGINES };
test.before.each(() => {
  delete process.env.PATHLOOM_PJRT_PLUGIN;
  process.env.PATHLOOM_ENGINES = join(place, "no engines");
});
test.after(() => {
  for (const [name, value] of [
    ["PATHLOOM_PJRT_PLUGIN", saved.plugin],
    ["PATHLOOM_ENGINES", saved.engines],
  ] as const) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const cuda = "jax_plugins/xla_cuda13/xla_cuda_plugin.so";
const processor = "lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so";

test("plug-ins are found among packages, those of accelerators first", () => {
  const first = withFiles("first", processor, "jax_plugins/xla_cuda13/version.py", "numpy/core.so");
  const second = withFiles("second", cuda, "libtpu/libtpu.so", "libtpu/libother.so");
  const found = findPlugins([first, second, join(place, "nowhere")]);
  assert.equal(
    found.map(({ path, kind }) => [kind, path]),
    [
      ["cuda", join(second, cuda)],
      ["tpu", join(second, "libtpu/libtpu.so")],
      ["cpu", join(first, processor)],
    ],
  );
  assert.is(found[0]!.packages, second);
});

test("what a plug-in is for is told by whole words of its name", () => {
  assert.is(kindOf("/output/folder/thing.so"), "other");
  assert.is(kindOf("/a/xla_cpu_pjrt/xla_cpu_pjrt.so"), "cpu");
  assert.is(kindOf("/cuda/a/b/c/my_cpu_plugin.so"), "cpu");
  assert.is(kindOf("/a/jax_plugins/xla_rocm7/xla_rocm_plugin.so"), "rocm");
  assert.is(kindOf("/a/metal_plugin/pjrt_plugin_metal_14.dylib"), "metal");
});

test("a plug-in that is named is the only one, and one that is none is refused by its path", async () => {
  const folder = withFiles("named", cuda, processor);
  process.env.PATHLOOM_PJRT_PLUGIN = join(folder, processor);
  assert.equal(
    findPlugins([folder]).map(({ path }) => path),
    [join(folder, processor)],
  );
  const error = await startEngine("xla").catch((each: unknown) => each);
  assert.match((error as Error).message, /cannot start: .*cpu_plugin\.so: .* is no PJRT plug-in/);
  process.env.PATHLOOM_PJRT_PLUGIN = join(folder, "missing.so");
  assert.match(whyUnavailable()!, /names .*missing\.so, which is no file/);
});

test("auto passes over a plug-in for the processor, and takes one for a card", () => {
  const folder = withFiles("engines", processor);
  assert.match(whyNoAccelerator(findPlugins([folder]))!, /for the processor, where onnx is faster/);
  withFiles("engines", cuda);
  assert.is(whyNoAccelerator(findPlugins([folder])), null);
});

test("NVIDIA's libraries are found below packages, without stubs and what is for debuggers", () => {
  const folder = withFiles(
    "vendor",
    "nvidia/cu13/lib/libcublas.so.13",
    "nvidia/cu13/lib/stubs/libcuda.so",
    "nvidia/cu13/lib/libcheckpoint.so",
    "nvidia/cudnn/lib/libcudnn.so.9",
    "nvidia/cudnn/include/cudnn.h",
  );
  assert.equal(vendorLibraries(folder), [
    join(folder, "nvidia/cu13/lib/libcublas.so.13"),
    join(folder, "nvidia/cudnn/lib/libcudnn.so.9"),
  ]);
  assert.equal(vendorLibraries(join(place, "nowhere")), []);
});

test.run();
