/**
 * The thread that draws. It steps all models in turn as long as anything is open, and looks for
 * messages between any two steps, so that a cancelled request frees its rows within one.
 */
import { type MessagePort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { startEngine } from "../../../engine/index.ts";
import { PathloomError, UsageError } from "../../../errors/index.ts";
import { ContextError, poolOf } from "../../../models/index.ts";
import { renderPng } from "../../../svg/render/index.ts";
import { CacheReport } from "./cache-report.ts";
import { type LoadedServed, loadServed } from "./load-served.ts";
import type { DrawingSetup, Fault, FromDrawing, Progress, ToDrawing } from "./protocol.ts";
import { ServedGenerator, type ServedRoom } from "./served-generator.ts";

const { port, setup } = workerData as { readonly port: MessagePort; readonly setup: DrawingSetup };
const say = (message: FromDrawing) => port.postMessage(message);

async function main(): Promise<void> {
  const { train, generate } = setup.config;
  const { rows } = setup;
  const { cacheDtype } = generate;
  const { engine } = await startEngine(train.engine, {
    threads: train.threads,
    precision: train.precision,
  });
  const loaded = await loadServed(engine, setup, (message) => say({ kind: "notice", message }));
  // Whatever is served has one shape: that of the model, with or without adapters.
  const [{ model, contextLength }] = loaded;
  const size = { capacity: contextLength, rows, cacheDtype };
  const pool = poolOf(model.config, setup.cacheTokens, size);
  const generators = new Map(
    loaded.map((each) => [each.id, open(each, { contextLength, rows, cacheDtype, pool })]),
  );
  const report = new CacheReport(pool, [...generators.values()], (caches) =>
    say({ kind: "caches", caches }),
  );
  const close = () => {
    for (const generator of generators.values()) generator.dispose();
    engine.dispose();
    port.close();
  };
  port.on("message", (first: ToDrawing) => {
    if (!take(generators, first)) return close();
    for (let open = true; open; ) {
      open = step(generators);
      report.tell(!open);
      for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
        if (!take(generators, next.message as ToDrawing)) return close();
        open = true;
      }
    }
  });
  const models = loaded.map(({ id, tokenizer, contextLength, base }) => ({
    id,
    contextLength,
    base,
    tokenizer: tokenizer.name,
    vocabularySize: tokenizer.vocabulary.size,
    grid: tokenizer.canonical.grid,
    partial: tokenizer.progress !== undefined,
  }));
  say({ kind: "ready", models, summary: engine.describe().summary });
  report.tell(true);
}

/** @throws UsageError where the caches are too small. */
function open({ model, tokenizer }: LoadedServed, room: ServedRoom): ServedGenerator {
  try {
    return new ServedGenerator(model, tokenizer, room);
  } catch (error) {
    if (!(error instanceof ContextError)) throw error;
    throw new UsageError(`serve.cacheTokens: ${error.message}`);
  }
}

/** @returns false where the thread is to end. */
function take(generators: ReadonlyMap<string, ServedGenerator>, message: ToDrawing): boolean {
  if (message.kind === "close") return false;
  const { id } = message;
  try {
    if (message.kind === "submit") {
      const { request } = message;
      generators.get(request.model)!.submit(id, request);
    } else if (message.kind === "cancel") {
      for (const generator of generators.values()) generator.cancel(id);
    } else {
      const { svg, size, color, background } = message;
      const colored = svg.replace("<svg ", `<svg color="${color}" `);
      const png = renderPng(colored, { size, ...(background === null ? {} : { background }) });
      say({ kind: "rendered", id, png });
    }
  } catch (error) {
    say({ kind: "failed", id, fault: faultOf(error) });
  }
  return true;
}

/** A step of every model that has something to draw. @returns whether any has more. */
function step(generators: ReadonlyMap<string, ServedGenerator>): boolean {
  const news: Progress[] = [];
  let open = false;
  for (const generator of generators.values()) {
    if (generator.open === 0) continue;
    for (const [id, { progress, error }] of generator.step()) {
      if (progress !== null) news.push(progress);
      else say({ kind: "failed", id, fault: faultOf(error) });
    }
    if (generator.open > 0) open = true;
  }
  if (news.length > 0) say({ kind: "progress", news });
  return open;
}

function faultOf(error: unknown): Fault {
  if (error instanceof PathloomError) return { code: error.code, message: error.message };
  return { code: "ERR_INTERNAL", message: error instanceof Error ? error.message : String(error) };
}

// What is thrown here ends the thread, and its owner is told of it by the event `error`.
await main();
