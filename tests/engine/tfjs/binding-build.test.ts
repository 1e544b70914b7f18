/** Building a binding: which libtensorflow is taken, and what is said when something is missing. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EngineError } from "../../../src/engine/index.ts";
import { buildBinding, findLibtensorflow } from "../../../src/engine/tfjs/binding-build.ts";
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

test.run();
