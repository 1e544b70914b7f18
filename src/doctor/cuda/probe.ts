/** What a diagnosis asks of the machine; the tests answer for machines that are broken. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  findNativePackage,
  type NativeEngineName,
  type NativePackage,
} from "../../../engine/tfjs/package/index.ts";
import { type BindingOrigin, originOf } from "./binding-origin.ts";
import { findTensorflowWheels, librariesBeside } from "./tensorflow-wheels.ts";

export interface CommandResult {
  readonly status: number | null;
  readonly output: string;
}

export interface Probe {
  readonly platform: string;
  readonly architecture: string;
  /** As `20.20.2`. */
  readonly nodeVersion: string;
  /** Null when there is no such command. */
  run(command: string, ...parameters: string[]): CommandResult | null;
  /** File names of the shared libraries that TensorFlow would find. */
  sharedLibraries(): ReadonlySet<string>;
  findPackage(engine: NativeEngineName): NativePackage | null;
  /** What the package's binding was built against, where that was noted. */
  originOf(found: NativePackage): BindingOrigin | null;
  exists(path: string): boolean;
  /**
   * Starts the engine and stops it; its summary. Rejects with an EngineError when it does not start,
   * whose first line says why, and whose others what the library wrote.
   */
  tryEngine(engine: NativeEngineName | "xla"): Promise<string>;
}

export function machineProbe(): Probe {
  return {
    platform: process.platform,
    architecture: process.arch,
    nodeVersion: process.versions.node,
    run: runCommand,
    sharedLibraries,
    findPackage: findNativePackage,
    originOf: ({ binding }) => originOf(binding),
    exists: existsSync,
    tryEngine,
  };
}

function runCommand(command: string, ...parameters: string[]): CommandResult | null {
  const result = spawnSync(command, parameters, { encoding: "utf8", timeout: 20_000 });
  if (result.error !== undefined && result.status === null && result.stdout === null) return null;
  if ((result.error as NodeJS.ErrnoException | undefined)?.code === "ENOENT") return null;
  return { status: result.status, output: `${result.stdout}${result.stderr}` };
}

/** What the loader's cache lists, what lies in `LD_LIBRARY_PATH`, and what came with TensorFlow's wheels. */
function sharedLibraries(): ReadonlySet<string> {
  const cache = runCommand("ldconfig", "-p") ?? runCommand("/sbin/ldconfig", "-p");
  const cached = [...(cache?.output ?? "").matchAll(/^\s*(\S+\.so\S*) \(/gm)].map(
    ([, name]) => name!,
  );
  const folders = (process.env.LD_LIBRARY_PATH ?? "")
    .split(":")
    .filter((folder) => existsSync(folder));
  const named = folders.flatMap((folder) => readdirSync(folder));
  const wheels = [...linkedWheel(), ...findTensorflowWheels()];
  return new Set([...cached, ...named, ...wheels.flatMap(librariesBeside)]);
}

/** That of the binding, whether its environment is active or not. */
function linkedWheel(): string[] {
  const found = findNativePackage("cuda");
  const origin = found === null ? null : originOf(found.binding);
  return origin === null ? [] : [origin.folder];
}

/** TensorFlow.js is loaded only here: whoever diagnoses may have no use for it. */
async function tryEngine(name: NativeEngineName | "xla"): Promise<string> {
  if (name === "xla") return summaryOfXla();
  const { startCuda, startTensorflow } = await import("../../../engine/tfjs/index.ts");
  const engine = name === "cuda" ? startCuda() : startTensorflow();
  const { summary } = engine.describe();
  engine.dispose();
  return summary;
}

async function summaryOfXla(): Promise<string> {
  const { XlaEngine } = await import("../../../engine/xla/index.ts");
  const engine = new XlaEngine();
  const { summary } = engine.describe();
  engine.dispose();
  return summary;
}

/** The prebuilt libtensorflow that the package's install script downloads. */
export function prebuiltLibrary(found: NativePackage): string {
  return join(found.folder, "deps", "lib", "libtensorflow.so.2");
}
