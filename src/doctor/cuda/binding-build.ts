/**
 * Builds the binding of a native package of TensorFlow.js from the package's own sources against a
 * libtensorflow that is on the machine: the answer where no prebuilt binding fits. Two C++ files over
 * the C interfaces of Node and TensorFlow, both stable, so other versions of either do.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { EngineError } from "../../../engine/index.ts";
import type { NativePackage } from "../../../engine/tfjs/package/index.ts";
import { noteOrigin } from "./binding-origin.ts";
import { builtFor } from "./built-for.ts";

export interface Libtensorflow {
  /** The folder of the shared libraries. */
  readonly folder: string;
  /** File names in it: what the linker is given. */
  readonly libraries: readonly string[];
  readonly include: string;
}

const framework = "libtensorflow_framework.so.2";
const interfaces = ["libtensorflow.so.2", "libtensorflow_cc.so.2"];

/**
 * @param root an unpacked libtensorflow archive, or the folder `tensorflow` of a Python wheel.
 * @throws EngineError when libraries or headers are missing.
 */
export function findLibtensorflow(root: string): Libtensorflow {
  // Absolute: the compiler runs in the package's folder.
  const top = resolve(root);
  for (const folder of [top, join(top, "lib")]) {
    const library = interfaces.find((name) => existsSync(join(folder, name)));
    if (library === undefined || !existsSync(join(folder, framework))) continue;
    const include = join(top, "include");
    if (!existsSync(join(include, "tensorflow", "c", "c_api.h"))) {
      throw new EngineError(`${include}: TensorFlow's C headers are missing`);
    }
    return { folder, libraries: [library, framework], include };
  }
  throw new EngineError(
    `${root} holds no libtensorflow: expected ${interfaces.join(" or ")} and ${framework}`,
  );
}

/** The folder of `node_api.h`. @throws EngineError when there is none. */
function findNodeHeaders(near: string): string {
  const require = createRequire(join(near, "package.json"));
  const packaged = (require.resolve.paths("node-api-headers") ?? []).map((folder) =>
    join(folder, "node-api-headers", "include"),
  );
  const installed = [join(dirname(process.execPath), "..", "include", "node"), "/usr/include/node"];
  const found = [...packaged, ...installed].find((folder) =>
    existsSync(join(folder, "node_api.h")),
  );
  if (found === undefined) {
    throw new EngineError(
      "the headers of Node are missing (node_api.h): npm install --no-save node-api-headers",
    );
  }
  return found;
}

/**
 * Compiles and links, and notes beside the binding what it was linked to; takes about ten seconds.
 * @throws EngineError when there is no compiler, or it takes too long, or fails: with its last lines.
 */
export function buildBinding(
  found: NativePackage,
  library: Libtensorflow,
  mostSeconds = 600,
): void {
  if (process.platform !== "linux") {
    throw new EngineError(`bindings are built on Linux only, this is ${process.platform}`);
  }
  mkdirSync(dirname(found.binding), { recursive: true });
  const compiler = process.env.CXX ?? "c++";
  const built = spawnSync(compiler, compilerArguments(found, library), {
    cwd: found.folder,
    encoding: "utf8",
    timeout: mostSeconds * 1000,
    killSignal: "SIGKILL",
  });
  if ((built.error as NodeJS.ErrnoException | undefined)?.code === "ETIMEDOUT") {
    throw new EngineError(
      `${found.name} ${found.version}: the compiler "${compiler}" did not end within ${mostSeconds} s`,
    );
  }
  if (built.error !== undefined) {
    throw new EngineError(`no C++ compiler "${compiler}": install g++, or name one by CXX`, {
      cause: built.error,
    });
  }
  if (built.status !== 0) {
    const lines = built.stderr.trim().split("\n").slice(-12).join("\n");
    throw new EngineError(`${found.name} ${found.version} does not compile:\n${lines}`);
  }
  noteOrigin(found.binding, { folder: library.folder, builtFor: builtFor(library.folder) });
}

function compilerArguments(found: NativePackage, library: Libtensorflow): string[] {
  const napi = /napi-v(\d+)/.exec(found.binding)?.[1] ?? "8";
  const fromBinding = relative(dirname(found.binding), library.folder);
  return [
    ...["-std=c++17", "-O2", "-fPIC", "-shared", `-DNAPI_VERSION=${napi}`],
    ...["-I.", `-I${library.include}`, `-I${findNodeHeaders(found.folder)}`],
    ...["binding/tfjs_backend.cc", "binding/tfjs_binding.cc"],
    ...["-o", found.binding, `-L${library.folder}`],
    ...library.libraries.map((name) => `-l:${name}`),
    // Found after the folder of both was moved, and after the binding alone was.
    ...[`-Wl,-rpath,$ORIGIN/${fromBinding}`, `-Wl,-rpath,${library.folder}`],
  ];
}
