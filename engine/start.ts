/** Choosing an engine and starting it. */
import { type Engine, EngineError } from "./engine.ts";
import {
  type EngineName,
  type EngineOptions,
  type EngineRegistration,
  registeredEngines,
} from "./registry.ts";

export type EngineChoice = EngineName | "auto";

export interface StartedEngine {
  readonly engine: Engine;
  /** One line: why this one, and why not those before it. */
  readonly reason: string;
}

/**
 * Starts the engine of that name; `auto` starts the first that does of `xla` on an
 * accelerator, `cuda` and `onnx`; in bfloat16, of `xla` on an accelerator and `openvino`.
 * @throws EngineError when it does not start, saying what is missing.
 * @example
 * const { engine, reason } = await startEngine("auto", { threads: 2 });
 * console.log(reason, engine.describe().summary);
 * engine.dispose();
 */
export async function startEngine(
  choice: EngineChoice,
  options: EngineOptions = {},
): Promise<StartedEngine> {
  if (choice === "auto") return startFirst(registeredEngines, options);
  const registration = registeredEngines.find(({ name }) => name === choice);
  if (registration === undefined) {
    const names = registeredEngines.map(({ name }) => name).join(", ");
    throw new EngineError(`there is no engine "${choice}"; there are auto, ${names}`);
  }
  checkPrecision(registration, options);
  if (options.mesh !== undefined && registration.hasMeshes !== true) {
    throw new EngineError(`the engine ${choice} computes on one device; xla has meshes`);
  }
  const why = await registration.whyUnavailable();
  if (why !== null) throw new EngineError(`the engine ${choice} cannot start: ${why}`);
  return { engine: await registration.start(options), reason: `${choice} was asked for` };
}

/** @throws EngineError naming the engines that have the precision. */
function checkPrecision(
  { name, precisions }: EngineRegistration,
  { precision = "float32" }: EngineOptions,
): void {
  if (precisions.includes(precision)) return;
  const others = registeredEngines.filter((each) => each.precisions.includes(precision));
  const names = others.map((each) => each.name).join(", ");
  throw new EngineError(`the engine ${name} has no ${precision}; ${names} may have it`);
}

async function startFirst(
  registrations: readonly EngineRegistration[],
  options: EngineOptions,
): Promise<StartedEngine> {
  const refusals: string[] = [];
  const { precision = "float32", mesh } = options;
  const tried = registrations.filter(
    ({ automatic, precisions, hasMeshes }) =>
      (precision === "float32" ? automatic : precisions.includes(precision)) &&
      (mesh === undefined || hasMeshes === true),
  );
  const isFree = mesh === undefined;
  for (const registration of tried) {
    const { name } = registration;
    const why =
      (await registration.whyUnavailable()) ??
      (isFree ? await registration.whyNotAutomatic?.() : null) ??
      null;
    if (why !== null) {
      refusals.push(`${name}: ${why}`);
      continue;
    }
    try {
      const engine = await registration.start(options);
      const others = refusals.length === 0 ? "" : `; ${refusals.join("; ")}`;
      return { engine, reason: `${name} is the first that starts${others}` };
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      refusals.push(`${name}: ${error.message}`);
    }
  }
  throw new EngineError(`no engine starts; ${refusals.join("; ")}`);
}
