/**
 * Tries the runtime's own operators: each runs a small graph, and is used where it comes to what the
 * graph means. One that is missing, refuses, or computes something else is switched off by itself, and
 * what it stood for is written in the standard's operators.
 */
import { EngineError } from "../../engine.ts";
import type { TensorData, TensorType } from "../../graph/index.ts";
import { evaluate, expandComposites, prepare } from "../../passes/index.ts";
import { HostBuffer } from "../buffer.ts";
import { lowersWith, type Operators, type PrivateOperator } from "../lower/index.ts";
import { OnnxProgram } from "../program.ts";
import { type OrtEnvironment, PrepackedWeights } from "../runtime/index.ts";
import { tuningFor } from "../tuning.ts";
import { type Probe, probes } from "./probes.ts";

const known = new WeakMap<OrtEnvironment, Operators>();

/** Those that work on this processor with this build of the runtime; found out once a process. */
export function workingOperators(environment: OrtEnvironment): Operators {
  const found = known.get(environment) ?? findWorking(environment);
  known.set(environment, found);
  return found;
}

function findWorking(environment: OrtEnvironment): Operators {
  return new Set(
    probes()
      .filter((probe) => works(environment, probe))
      .map(({ operator }) => operator),
  );
}

/** Whether the operator comes to what its graph means. */
export function works(environment: OrtEnvironment, probe: Probe): boolean {
  const { graph, meaning = graph, data, tolerance } = probe;
  const results = runAlone(environment, probe);
  if (results === null) return false;
  const expected = evaluate(expandComposites(meaning), data);
  return [...results].every(([name, elements]) => isNear(elements, expected[name]!, tolerance));
}

function isNear(actual: TensorData, expected: Float64Array, tolerance: number): boolean {
  const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return expected.every((x, i) => Math.abs(actual[i]! - x) <= tolerance * largest);
}

/** The outputs with this operator as the only one of its kind, or null where the runtime refuses. */
function runAlone(
  environment: OrtEnvironment,
  { operator, graph, data, constants = [] }: Probe,
): ReadonlyMap<string, TensorData> | null {
  const operators: ReadonlySet<PrivateOperator> = new Set([operator]);
  const { threads } = environment;
  const buffer = (type: TensorType, elements?: TensorData) =>
    new HostBuffer(environment, type, elements);
  const fed = new Map(
    [...graph.inputs].map(([name, { type }]) => [name, buffer(type, data[name])]),
  );
  const results = new Map([...graph.outputs].map(([name, { type }]) => [name, buffer(type)]));
  const given = new Map(constants.map((name) => [name, fed.get(name)!]));
  let program: OnnxProgram | undefined;
  try {
    const prepared = prepare(graph, { lowers: lowersWith(operators) });
    const options = {
      name: `probe of ${operator}`,
      donate: {},
      session: { threads },
      constants: { buffers: given, prepacked: new PrepackedWeights(environment) },
      target: { operators, tuning: tuningFor(threads) },
    };
    program = new OnnxProgram(environment, prepared, options, () => {});
    program.run(Object.fromEntries(fed), Object.fromEntries(results));
    return new Map([...results].map(([name, each]) => [name, each.read()]));
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  } finally {
    program?.dispose();
    for (const each of [...fed.values(), ...results.values()]) each.dispose();
  }
}
