/**
 * A plug-in's client and its devices. Engines that want the same share one; it is gone when the last of
 * them is.
 */
import { availableParallelism } from "node:os";
import { EngineError, type Mesh } from "../engine.ts";
import { libraryOf } from "./libraries.ts";
import { devicesOf } from "./mesh/index.ts";
import { type ApiVersion, judge, PjrtClient, type PjrtLibrary } from "./pjrt/index.ts";
import { findPlugins, type Plugin, selfTest, whyUnavailable } from "./plugins/index.ts";

export interface RuntimeOptions {
  /** Of a plug-in for the processor. */
  readonly threads: number;
  /** A processor is divided into as many devices as it has. */
  readonly mesh: Mesh;
  /** For tests of versions that there is no plug-in of. */
  readonly version?: ApiVersion;
}

export interface XlaRuntime {
  readonly plugin: Plugin;
  readonly library: PjrtLibrary;
  readonly client: PjrtClient;
  readonly mesh: Mesh;
  readonly threads: number;
  /** What is to be told of it beside its names; empty when there is nothing. */
  readonly remarks: readonly string[];
}

const shared = new Map<string, { readonly runtime: XlaRuntime; users: number }>();

/** Runs of programs by this process. */
export const runs = { count: 0 };

/**
 * The runtime of the first plug-in that starts; `release` is called once.
 * @throws EngineError saying why none does.
 */
export function openRuntime(options: RuntimeOptions): {
  readonly runtime: XlaRuntime;
  release(): void;
} {
  const plugins = findPlugins();
  const refusals: string[] = [];
  for (const plugin of plugins) {
    const { threads, mesh, version } = options;
    const key = JSON.stringify([plugin.path, threads, mesh, version]);
    try {
      const entry = shared.get(key) ?? { runtime: start(plugin, options, refusals), users: 0 };
      shared.set(key, entry);
      entry.users++;
      return { runtime: entry.runtime, release: () => release(key) };
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      refusals.push(`${plugin.path}: ${error.message}`);
    }
  }
  const why = refusals.length === 0 ? whyUnavailable() : refusals.join("; ");
  throw new EngineError(`the engine xla cannot start: ${why}`);
}

function release(key: string): void {
  const entry = shared.get(key)!;
  entry.users--;
  if (entry.users > 0) return;
  shared.delete(key);
  entry.runtime.client.dispose();
}

/** @throws EngineError */
function start(
  plugin: Plugin,
  { threads, mesh, version }: RuntimeOptions,
  refusals: readonly string[],
): XlaRuntime {
  const library = libraryOf(plugin, version);
  const isProcessor = plugin.kind === "cpu";
  const devices = devicesOf(mesh);
  const options = isProcessor && devices > 1 ? { cpu_device_count: devices } : {};
  // Devices that wait for one another need a thread each.
  const pool = isProcessor ? Math.max(threads, devices) : null;
  const client = withThreads(pool, () => new PjrtClient(library, options));
  try {
    if (client.devices.length < devices) {
      throw new EngineError(
        `${devices} devices are needed, ${client.platform} has ${client.devices.length}`,
      );
    }
    const isTested = judge(library.version) === "tested";
    if (!isTested) selfTest(client);
    const remarks = [
      ...(isTested ? [] : ["a version that was not tested; it passed the self-test"]),
      ...refusals.map((refusal) => `not ${refusal}`),
    ];
    return { plugin, library, client, mesh, threads, remarks };
  } catch (error) {
    client.dispose();
    throw error;
  }
}

/** XLA's pool for the processor has as many threads as this variable says when a client is made. */
function withThreads<T>(threads: number | null, work: () => T): T {
  if (threads === null || threads === availableParallelism()) return work();
  const before = process.env.NPROC;
  process.env.NPROC = String(threads);
  try {
    return work();
  } finally {
    if (before === undefined) delete process.env.NPROC;
    else process.env.NPROC = before;
  }
}
