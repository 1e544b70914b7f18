/** Building a binding: which libtensorflow is taken, and what is said when something is missing. */

import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EngineError } from "../../../engine/index.ts";
import { findFirst, readNativePackage } from "../../../engine/tfjs/package/index.ts";
import { buildBinding, findLibtensorflow } from "../../../src/doctor/cuda/binding-build.ts";
import { noteOrigin, originOf } from "../../../src/doctor/cuda/binding-origin.ts";
import { builtFor } from "../../../src/doctor/cuda/built-for.ts";
import { holdsDeviceCode } from "../../../src/doctor/cuda/device-code.ts";
import {
  findTensorflowWheels,
  librariesBeside,
} from "../../../src/doctor/cuda/tensorflow-wheels.ts";
import { skipTest } from "../../testing/skip.ts";

const root = mkdtempSync(join(tmpdir(), "pathloom-binding-"));
test.after(() => rmSync(root, { recursive: true }));

function files(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), "");
  }
}

const manifest = {
  name: "@tensorflow/tfjs-node-gpu",
  version: "4.22.0",
  binary: {
    module_name: "tfjs_binding",
    module_path: "./lib/napi-v{napi_build_version}",
    napi_versions: [3, 8, 900],
  },
};

function packageFolder(name: string, content: unknown): string {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify(content));
  return folder;
}

function refused(run: () => unknown, message: RegExp): void {
  assert.throws(run, (error: unknown) => {
    assert.instance(error, EngineError);
    assert.match((error as Error).message, message);
    return true;
  });
}

test("an unpacked archive has its libraries in lib, a wheel beside the headers", () => {
  files("archive/lib/libtensorflow.so.2", "archive/lib/libtensorflow_framework.so.2");
  files("archive/include/tensorflow/c/c_api.h");
  assert.equal(findLibtensorflow(join(root, "archive")), {
    folder: join(root, "archive", "lib"),
    libraries: ["libtensorflow.so.2", "libtensorflow_framework.so.2"],
    include: join(root, "archive", "include"),
  });
  files("wheel/libtensorflow_cc.so.2", "wheel/libtensorflow_framework.so.2");
  refused(() => findLibtensorflow(join(root, "wheel")), /C headers are missing/);
  files("wheel/include/tensorflow/c/c_api.h");
  assert.is(findLibtensorflow(join(root, "wheel")).libraries[0], "libtensorflow_cc.so.2");
});

test("a folder that is named from here is found from the package's folder, too", () => {
  const { folder, include } = findLibtensorflow(relative(process.cwd(), join(root, "archive")));
  assert.is(folder, join(root, "archive", "lib"));
  assert.is(include, join(root, "archive", "include"));
});

test("a folder without libtensorflow is refused by name", () => {
  refused(() => findLibtensorflow(join(root, "nothing")), /nothing holds no libtensorflow/);
});

test("the wheels of an environment are found, with the CUDA libraries beside them", () => {
  const path = "environment/lib/python3.12/site-packages/tensorflow";
  files(
    `${path}/libtensorflow_cc.so.2`,
    "environment/lib/python3.9/site-packages/tensorflow/other",
  );
  files("environment/lib/python3.12/site-packages/nvidia/cudnn/lib/libcudnn.so.9");
  const wheels = findTensorflowWheels([join(root, "environment")]);
  assert.equal(wheels, [join(root, path)]);
  assert.equal(wheels.flatMap(librariesBeside), ["libcudnn.so.9"]);
});

test("the binding is looked for under the newest Node-API that package and Node share", () => {
  const found = readNativePackage(packageFolder("package", manifest));
  assert.is(found.binding, join(root, "package", "lib/napi-v8/tfjs_binding.node"));
  assert.not.ok(found.isBuilt);
  files("package/lib/napi-v8/tfjs_binding.node");
  assert.ok(readNativePackage(found.folder).isBuilt);
});

test("a manifest that is no such package's is refused with its place", () => {
  refused(
    () => readNativePackage(packageFolder("odd", { name: "x" })),
    /odd\/package\.json: version/,
  );
  refused(() => readNativePackage(join(root, "none")), /none\/package\.json cannot be read/);
});

test("a damaged manifest matters only where no package before it works", () => {
  const { name } = manifest;
  const parentOf = (folder: string) => join(root, folder, "package.json");
  const first = packageFolder(`app/node_modules/${name}`, manifest);
  packageFolder(`engines/node_modules/${name}`, "damaged");
  const find = () => findFirst(name, ["empty", "app", "engines"].map(parentOf));
  refused(find, /engines\/node_modules\/.*package\.json: /);
  files(`app/node_modules/${name}/lib/napi-v8/tfjs_binding.node`);
  assert.is(find()?.folder, first);
});

test("a package with its binding goes before an earlier one without", () => {
  const { name } = manifest;
  packageFolder(`unbuilt/node_modules/${name}`, manifest);
  const built = packageFolder(`built/node_modules/${name}`, manifest);
  const parents = ["unbuilt", "built"].map((folder) => join(root, folder, "package.json"));
  assert.match(findFirst(name, parents)?.folder ?? "", /unbuilt/);
  files(`built/node_modules/${name}/lib/napi-v8/tfjs_binding.node`);
  assert.is(findFirst(name, parents)?.folder, built);
  assert.is(findFirst(`${name}-other`, parents), null);
});

test("a compiler that is missing or fails is named, with what it said", () => {
  const found = readNativePackage(packageFolder("package", manifest));
  files("wheel/libtensorflow_cc.so.2", "wheel/libtensorflow_framework.so.2");
  files("wheel/include/tensorflow/c/c_api.h");
  files("package/node_modules/node-api-headers/include/node_api.h");
  const library = findLibtensorflow(join(root, "wheel"));
  const before = process.env.CXX;
  try {
    process.env.CXX = join(root, "no-compiler");
    refused(() => buildBinding(found, library), /no C\+\+ compiler ".*no-compiler": install g\+\+/);
    process.env.CXX = "false";
    refused(() => buildBinding(found, library), /tfjs-node-gpu 4\.22\.0 does not compile/);
    process.env.CXX = join(root, "slow-compiler");
    writeFileSync(process.env.CXX, "#!/bin/sh\nexec sleep 20\n");
    chmodSync(process.env.CXX, 0o755);
    refused(() => buildBinding(found, library, 0.3), /slow-compiler" did not end within 0\.3 s/);
  } finally {
    if (before === undefined) delete process.env.CXX;
    else process.env.CXX = before;
  }
});

/** As wheels of TensorFlow hold it in `python/platform/build_info.py`. */
function buildInfo(wheel: string, items: string): string {
  files(`${wheel}/python/platform/build_info.py`);
  const path = join(root, wheel, "python/platform/build_info.py");
  writeFileSync(
    path,
    `import collections\n\nbuild_info = collections.OrderedDict([${items}, ('is_rocm_build', False)])\n`,
  );
  return join(root, wheel);
}

/** An ELF file of nothing but a header, and a table of sections with their names. */
function elf(path: string, ...sections: string[]): void {
  const names = Buffer.from(["", ...sections, ".shstrtab", ""].join("\0"));
  const [header, table] = [Buffer.alloc(64), Buffer.alloc(2 * 64)];
  header.write("\x7fELF\x02\x01\x01", "latin1");
  header.writeBigUInt64LE(64n, 40);
  for (const [offset, value] of [64, 2, 1].entries()) header.writeUInt16LE(value, 58 + 2 * offset);
  table.writeBigUInt64LE(192n, 64 + 24);
  table.writeBigUInt64LE(BigInt(names.length), 64 + 32);
  files(path);
  writeFileSync(join(root, path), Buffer.concat([header, table, names]));
}

test("a wheel says which CUDA it is for, an archive by its version, and another library nothing", () => {
  const gpu = buildInfo(
    "gpu",
    "('cuda_version', '12.5.1'), ('cudnn_version', '9'), ('is_cuda_build', True)",
  );
  assert.equal(builtFor(gpu), { kind: "cuda", cuda: "12.5.1", cudnn: "9" });
  assert.equal(builtFor(buildInfo("cpu", "('is_cuda_build', False)")), { kind: "processor" });
  elf("old/libtensorflow.so.2.9.1", ".text", ".nv_fatbin");
  elf("new/libtensorflow.so.2.18.0", ".nv_fatbin");
  files("odd/libtensorflow.so.2");
  assert.equal(builtFor(join(root, "old")), { kind: "cuda", cuda: "11.2", cudnn: "8" });
  assert.equal(builtFor(join(root, "new")), { kind: "cuda", cuda: "12.5", cudnn: "9" });
  for (const folder of ["odd", "nowhere"]) {
    assert.equal(builtFor(join(root, folder)), { kind: "unknown" });
  }
});

test("an archive without kernels for a GPU is for the processor, one that cannot be read unknown", () => {
  elf("processor/libtensorflow.so.2.18.0", ".text", ".nv_fatbin_of_another");
  assert.equal(builtFor(join(root, "processor")), { kind: "processor" });
  files("torn/libtensorflow.so.2.18.0");
  const torn = join(root, "torn/libtensorflow.so.2.18.0");
  const header = Buffer.alloc(64, 0xff);
  header.write("\x7fELF\x02\x01", "latin1");
  for (const content of ["", "\x7fELF\x02\x01", "not a library".repeat(20), header]) {
    writeFileSync(torn, content);
    assert.equal(builtFor(join(root, "torn")), { kind: "unknown" });
  }
});

test("device code is looked for in the sections of a library as compilers write it", () => {
  if (process.platform !== "linux") {
    skipTest("device code of a real file: Node is no ELF file here");
    return;
  }
  assert.is(holdsDeviceCode(process.execPath), false);
});

test("what a binding was built against is known until another binding takes its place", () => {
  const binding = join(root, "noted", "tfjs_binding.node");
  files("noted/tfjs_binding.node");
  assert.is(originOf(binding), null);
  const origin = { folder: "/venv/tensorflow", builtFor: { kind: "processor" } } as const;
  noteOrigin(binding, origin);
  assert.equal(originOf(binding), origin);
  writeFileSync(binding, "another");
  assert.is(originOf(binding), null);
  noteOrigin(binding, origin);
  writeFileSync(`${binding}.origin.json`, "{ torn");
  assert.is(originOf(binding), null);
  assert.is(originOf(join(root, "no-binding")), null);
});

test("a note appears whole: one that cannot take its name leaves nothing, one that can no other file", () => {
  const folder = join(root, "whole");
  const binding = join(folder, "tfjs_binding.node");
  files("whole/tfjs_binding.node");
  const origin = { folder: "/venv/tensorflow", builtFor: { kind: "processor" } } as const;
  const note = "tfjs_binding.node.origin.json";
  mkdirSync(join(folder, note));
  assert.throws(() => noteOrigin(binding, origin), /EISDIR|ENOTEMPTY|EEXIST|EPERM/);
  assert.equal(readdirSync(folder).sort(), ["tfjs_binding.node", note]);
  rmSync(join(folder, note), { recursive: true });
  // The old note is another file: who reads it meanwhile reads all of it.
  noteOrigin(binding, origin);
  const before = statSync(join(folder, note)).ino;
  noteOrigin(binding, { ...origin, folder: "/venv/other" });
  assert.is.not(statSync(join(folder, note)).ino, before);
  assert.is(originOf(binding)?.folder, "/venv/other");
  assert.equal(readdirSync(folder).sort(), ["tfjs_binding.node", note]);
});

test.run();
