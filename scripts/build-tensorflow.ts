/**
 * Builds what the engine `tensorflow` needs, under `.engines/tensorflow`: the npm package
 * `@tensorflow/tfjs-node`, its binding compiled from the package's own sources, and libtensorflow out
 * of the PyPI wheel `tensorflow-cpu`. The wheel is only an archive here: no Python is run. Needs
 * Linux on x64, a C++ compiler, a download of 270 MB, and 1.2 GB of disk.
 *
 *   npm run build:tensorflow                    once; again it only says so
 *   npm run build:tensorflow -- --force         anew
 *   npm run build:tensorflow -- --wheel FILE    with a wheel that is here already
 *
 * Exits with 75 when its parts cannot be had here: another platform, or a network that does not give
 * them. Whatever else fails, as writing or compiling, exits with 1.
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { type Entry, openPromise } from "yauzl";
import { enginesFolder } from "../engine/engines-folder.ts";
import {
  findNativePackage,
  nativePackageNames,
  readNativePackage,
  whyUnavailable,
} from "../engine/tfjs/package/index.ts";
import { buildBinding, findLibtensorflow, tryInProcess } from "../src/doctor/index.ts";
import { isOfNetwork, isRefusalForNow, npmFailedByNetwork } from "./network-failure.ts";

const wheel = {
  url: "https://files.pythonhosted.org/packages/6f/07/a691049cb74276164d8449de9e25c4f51ad3111a3eba86358395d2552fc3/tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl",
  sha256: "dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb",
};

const packages = ["@tensorflow/tfjs-node@4.22.0", "node-api-headers@1.9.0"];

/** The two libraries, the headers that the C interface includes, and what they were built for. */
const wanted =
  /^tensorflow\/(libtensorflow_(cc|framework)\.so\.2|python\/platform\/build_info\.py|include\/(tensorflow\/c|tensorflow\/core\/platform|xla|tsl)\/[\w/.-]+\.h)$/;

const { values: options } = parseArgs({
  options: { wheel: { type: "string" }, force: { type: "boolean", default: false } },
});
const folder = join(enginesFolder(), "tensorflow");

/** The parts cannot be had here; nothing is wrong with what is built of them. */
class Unobtainable extends Error {}
/** `EX_TEMPFAIL` of sysexits.h. */
const unobtainable = 75;

/** A download that takes longer has failed. */
const mostMilliseconds = 240_000;

try {
  if (whyUnavailable("tensorflow") !== null || options.force) await build();
  console.log(await verify());
} catch (error) {
  if (!(error instanceof Unobtainable)) throw error;
  console.error(error.message);
  process.exitCode = unobtainable;
}

async function build(): Promise<void> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Unobtainable(`there is no such wheel for ${process.platform} on ${process.arch}`);
  }
  if (options.wheel !== undefined) await checkDigest(options.wheel);
  mkdirSync(folder, { recursive: true });
  installPackages();
  const archive = options.wheel ?? join(folder, "tensorflow-cpu.whl");
  if (options.wheel === undefined) {
    await download(archive);
    await checkDigest(archive);
  }
  console.log("unpacking libtensorflow");
  await unpack(archive);
  if (options.wheel === undefined) await rm(archive);
  const found = readNativePackage(join(folder, "node_modules", nativePackageNames.tensorflow));
  console.log(`compiling the binding of ${found.name} ${found.version}`);
  buildBinding(found, findLibtensorflow(join(folder, "tensorflow")));
}

/** The engine's summary; a binding that does not load goes, so that the engine counts as missing. */
async function verify(): Promise<string> {
  try {
    return tryInProcess("tensorflow").summary;
  } catch (error) {
    const found = findNativePackage("tensorflow");
    if (found !== null) await rm(found.binding, { force: true });
    throw error;
  }
}

function installPackages(): void {
  console.log(`installing ${packages.join(", ")} in ${folder}`);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ private: true })}\n`);
  const arguments_ = ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...packages];
  const { status, stderr, error } = spawnSync("npm", arguments_, {
    cwd: folder,
    encoding: "utf8",
    timeout: mostMilliseconds,
  });
  if (status === 0) return;
  const message = `npm install failed in ${folder}: ${error?.message ?? ""}\n${stderr ?? ""}`;
  if (isOfNetwork(error) || npmFailedByNetwork(stderr ?? "")) throw new Unobtainable(message);
  throw new Error(message, { cause: error });
}

async function download(file: string): Promise<void> {
  console.log(`downloading ${wheel.url}`);
  try {
    const response = await fetch(wheel.url, { signal: AbortSignal.timeout(mostMilliseconds) });
    const { status, statusText, body } = response;
    if (isRefusalForNow(status)) throw new Unobtainable(`${status} ${statusText}`);
    if (!response.ok || body === null) throw new Error(`${status} ${statusText}`);
    await pipeline(Readable.fromWeb(body), createWriteStream(file));
  } catch (cause) {
    const why = cause instanceof Error ? String(cause.cause ?? cause.message) : String(cause);
    const unobtainable = cause instanceof Unobtainable || isOfNetwork(cause);
    throw new (unobtainable ? Unobtainable : Error)(`${wheel.url}: ${why}`, { cause });
  }
}

async function checkDigest(file: string): Promise<void> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const digest = hash.digest("hex");
  if (digest !== wheel.sha256) throw new Error(`${file}: sha256 ${digest}, not ${wheel.sha256}`);
}

async function unpack(file: string): Promise<void> {
  const archive = await openPromise(file, { lazyEntries: true, autoClose: false });
  const entries: Entry[] = [];
  await new Promise((resolve, reject) => {
    archive.on("entry", (entry: Entry) => {
      if (wanted.test(entry.fileName)) entries.push(entry);
      archive.readEntry();
    });
    archive.on("end", resolve).on("error", reject);
    archive.readEntry();
  });
  for (const entry of entries) {
    const target = join(folder, entry.fileName);
    mkdirSync(dirname(target), { recursive: true });
    await pipeline(await archive.openReadStreamPromise(entry), createWriteStream(target));
  }
  archive.close();
}
