/** The server as a library call: what `pathloom serve` does. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { basename } from "node:path";
import { UsageError } from "../../errors/index.ts";
import type { WeightDtype } from "../../models/index.ts";
import { type Override, resolveConfig, type ServeInput, serveSection } from "../config/index.ts";
import { sourceAndConfig, weightDtypeOf } from "../runs/index.ts";
import { DrawingService } from "./engine/drawing-service.ts";
import type { ServedModel } from "./engine/protocol.ts";
import { Gate } from "./gate.ts";

/** Of the package that this is, found by its own name, be it source or compiled. */
const { version } = createRequire(import.meta.url)("pathloom/package.json") as { version: string };

/**
 * Which model is served, and where.
 * @example
 * const options: ServeOptions = { run: "runs/icons", serve: { port: 8080 } };
 * const server = await serve(options);
 */
export interface ServeOptions {
  /** A run or a checkpoint; the released model where neither this nor `model` is given. */
  readonly run?: string;
  /** A folder in the Hugging Face layout, or an id of the Hub. */
  readonly model?: string;
  /** Folders of adapters over it, by the names that they are served under. */
  readonly adapters?: Readonly<Record<string, string>>;
  /** The name that the model is served under; its folder's unless given. */
  readonly name?: string;
  /** How the model's matrices are kept; as the run was trained over unless given. */
  readonly weightDtype?: WeightDtype;
  /** Keys of the configuration over those of the run, as from a command line. */
  readonly overrides?: readonly Override[];
  /** The section `serve`, over that of the configuration. */
  readonly serve?: ServeInput;
  /** Keys of which a request must bear one, beside those of `serve.apiKeysFile`. */
  readonly apiKeys?: readonly string[];
  /** Is told what a person should know: of damaged checkpoints, and of errors of the server's own. */
  readonly notice?: (message: string) => void;
}

/**
 * A server that answers, until it is closed.
 * @example
 * const stop = async (server: RunningServer) => {
 *   console.log("stopping", server.url);
 *   await server.close();
 * };
 */
export interface RunningServer {
  /** As `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly models: readonly ServedModel[];
  /** The engine, in words. */
  readonly engine: string;
  /** Whether requests must bear a key. */
  readonly guarded: boolean;
  /** Takes nothing new, finishes what was accepted, and frees everything. */
  close(): Promise<void>;
}

/**
 * Loads a model in a thread of its own and listens.
 *
 * @example
 * const server = await serve({ run: "runs/quickstart", serve: { port: 0 } });
 * const answer = await fetch(`${server.url}/v1/svg`, {
 *   method: "POST",
 *   headers: { "content-type": "application/json" },
 *   body: JSON.stringify({ prompt: "heart", seed: 7 }),
 * });
 * console.log(await answer.text());
 * await server.close();
 *
 * @throws UsageError, ConfigError; CheckpointError and HubError as errors of the same code
 */
export async function serve(options: ServeOptions = {}): Promise<RunningServer> {
  const { notice = () => {}, adapters = {} } = options;
  const { source, config } = sourceAndConfig(options, options.overrides ?? [], () =>
    // Of `train` the engine alone is read, which may be given without saying how long to train.
    resolveConfig({ train: { steps: 1 } }, options.overrides),
  );
  const section = serveSection.parse({ ...config.serve, ...options.serve });
  const keys = apiKeysOf(section.apiKeysFile, options.apiKeys ?? []);
  const name = options.name ?? basename("run" in source ? source.run : (source.model ?? ""));
  if (name in adapters) throw new UsageError(`${name}: the model and an adapter have one name`);
  const { weightDtype = weightDtypeOf(config) } = options;
  const { rows, cacheTokens } = section;
  const setup = { source, config, name, adapters, weightDtype, rows, cacheTokens };
  // Whoever serves nothing need not load what serves.
  const [{ makeApp }, { Metrics }] = await Promise.all([
    import("./app.ts"),
    import("./metrics.ts"),
  ]);
  const service = await DrawingService.start(setup, notice);
  const gate = new Gate(section, keys);
  // Where sequences wait for room in the caches, requests wait in the fair queue.
  service.whenShort((isShort) => gate.queue.hold(isShort));
  const metrics = new Metrics({
    waiting: () => gate.queue.waiting,
    rows: () => gate.queue.rows,
    sequences: () => service.open,
    caches: () => service.caches,
  });
  const app = makeApp({
    service,
    gate,
    metrics,
    serve: section,
    generate: config.generate,
    models: service.models,
    version,
    guarded: keys.length > 0,
    onError: (error) =>
      notice(error instanceof Error ? (error.stack ?? error.message) : `${error}`),
  });
  const end = async () => {
    await service.close();
    metrics.dispose();
  };
  try {
    await app.listen({ host: section.host, port: section.port });
  } catch (error) {
    await end();
    throw listenError(error, section);
  }
  let closed: Promise<void> | undefined;
  const { address, port } = app.server.address() as AddressInfo;
  return {
    url: `http://${address.includes(":") ? `[${address}]` : address}:${port}`,
    models: service.models,
    engine: service.summary,
    guarded: keys.length > 0,
    close() {
      closed ??= (async () => {
        // Both at once: the socket takes no one new while the rest is being drawn.
        await Promise.all([gate.close(section.shutdownSeconds), app.close()]);
        await end();
      })();
      return closed;
    },
  };
}

/** @throws UsageError for a file that holds none, or keys that no header could bear */
function apiKeysOf(file: string | null, given: readonly string[]): string[] {
  const fromEnvironment = (process.env.PATHLOOM_API_KEYS ?? "").split(",");
  const fromFile = file === null ? [] : readKeys(file);
  const keys = [...given, ...fromFile, ...fromEnvironment].map((key) => key.trim()).filter(Boolean);
  if (keys.every((key) => /^[\x21-\x7e]+$/.test(key))) return keys;
  throw new UsageError("an API key has a character that is not plain ASCII, or a space");
}

function readKeys(file: string): string[] {
  const keys = readFileSync(file, "utf8")
    .split(/\r?\n/)
    .map((key) => key.trim());
  if (keys.some(Boolean)) return keys;
  throw new UsageError(`${file}: no API key in it; write one a line`);
}

function listenError(error: unknown, { host, port }: { host: string; port: number }): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") {
    return new UsageError(`${host}:${port} is in use; choose another by --serve.port`);
  }
  if (code === "EACCES") {
    return new UsageError(`${host}:${port} may not be listened on; choose a port above 1023`);
  }
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return new UsageError(`${host}: this machine has no such address; see --serve.host`);
  }
  return error;
}
