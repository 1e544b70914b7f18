/** Building a binding: which libtensorflow is taken, and what is said when something is missing. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EngineError } from "../../../src/engine/index.ts";
import { buildBinding, findLibtensorflow } from "../../../src/engine/tfjs/binding-build.ts";
import { noteOrigin, originOf } from "../../../src/engine/tfjs/binding-origin.ts";
import { builtFor } from "../../../src/engine/tfjs/built-for.ts";
import { readNativePackage } from "../../../src/engine/tfjs/native-package.ts";
import {
  findTensorflowWheels,
  librariesBeside,
} from "../../../src/engine/tfjs/tensorflow-wheels.ts";

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

test("a wheel says which CUDA it is for, an archive by its version, and another library nothing", () => {
  const gpu = buildInfo(
    "gpu",
    "('cuda_version', '12.5.1'), ('cudnn_version', '9'), ('is_cuda_build', True)",
  );
  assert.equal(builtFor(gpu), { kind: "cuda", cuda: "12.5.1", cudnn: "9" });
  assert.equal(builtFor(buildInfo("cpu", "('is_cuda_build', False)")), { kind: "processor" });
  files("old/libtensorflow.so.2.9.1", "new/libtensorflow.so.2.18.0", "odd/libtensorflow.so.2");
  assert.equal(builtFor(join(root, "old")), { kind: "cuda", cuda: "11.2", cudnn: "8" });
  assert.equal(builtFor(join(root, "new")), { kind: "cuda", cuda: "12.5", cudnn: "9" });
  for (const folder of ["odd", "nowhere"]) {
    assert.equal(builtFor(join(root, folder)), { kind: "unknown" });
  }
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

test.run();
