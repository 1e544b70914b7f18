/** Machines as the doctor may meet them, built of a folder of programs, packages and libraries. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cuda12 } from "../../src/doctor/cuda/cuda-libraries.ts";
import { temporaryFolder } from "../cli/pathloom.ts";

export const gpuPackage = "@tensorflow/tfjs-node-gpu";

/** Whether the package lies in this checkout, where it would be found before any simulated one. */
export const isReallyInstalled = existsSync(
  join(import.meta.dirname, "../../node_modules", gpuPackage),
);

export class SimulatedMachine {
  readonly folder = temporaryFolder();

  file(path: string, content = ""): string {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  /** A program on the PATH, as the body of a shell script. */
  program(name: string, body: string): string {
    const file = this.file(`bin/${name}`, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /**
   * A native package of TensorFlow.js.
   * @param main its code; without, the package is there and its binding is not.
   */
  nativePackage(engine: "cuda" | "tensorflow", main?: string): string {
    const name = engine === "cuda" ? gpuPackage : "@tensorflow/tfjs-node";
    const folder = `engines/${engine}/node_modules/${name}`;
    const manifest = {
      name,
      version: "4.22.0",
      main: "index.js",
      binary: {
        module_name: "tfjs_binding",
        module_path: "./lib/napi-v{napi_build_version}",
        napi_versions: [8],
      },
    };
    this.file(`${folder}/package.json`, JSON.stringify(manifest));
    if (main !== undefined) {
      this.file(`${folder}/index.js`, main);
      this.file(`${folder}/lib/napi-v8/tfjs_binding.node`);
    }
    this.file(`${folder}/node_modules/node-api-headers/include/node_api.h`);
    return join(this.folder, folder);
  }

  /** What Python's `pip install tensorflow[and-cuda]` leaves. */
  wheel(): string {
    const folder = "environment/lib/python3.12/site-packages/tensorflow";
    for (const file of ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"]) {
      this.file(`${folder}/${file}`);
    }
    this.file(`${folder}/include/tensorflow/c/c_api.h`);
    this.file(
      `${folder}/python/platform/build_info.py`,
      "build_info = dict([('cuda_version', '12.5.1'), ('cudnn_version', '9'), ('is_cuda_build', True)])\n",
    );
    const libraries = [...cuda12.libraries, cuda12.cudnnLibrary];
    for (const library of libraries) this.file(`${folder}/../nvidia/all/lib/${library}`);
    return join(this.folder, folder);
  }

  get environment(): Record<string, string> {
    return {
      PATHLOOM_ENGINES: join(this.folder, "engines"),
      VIRTUAL_ENV: join(this.folder, "environment"),
      PATH: `${join(this.folder, "bin")}:${process.env.PATH}`,
    };
  }
}
