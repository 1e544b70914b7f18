/**
 * The conformance suite: what every engine must do, whatever computes. Results are compared with the
 * primitives' meanings in double precision, composites with their expansions; the exact gradients with
 * finite differences, once.
 */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type Engine,
  EngineError,
  type EngineName,
  type EngineRegistration,
  type Graph,
  registrationOf,
  startEngine,
} from "../../../engine/index.ts";
import { report } from "../../testing/report.ts";
import { skipTest, skipTests } from "../../testing/skip.ts";
import { essential, isBrief, tellBrief } from "../brief.ts";
import { cases as allCases } from "./all-cases.ts";
import { type Case, dataOf, forwardGraph, gradientGraph } from "./case.ts";
import { compareElements, compareResults } from "./compare.ts";
import { contractTests } from "./contract.ts";
import { deviations } from "./deviations.ts";
import { checkByDifferences } from "./differences.ts";
import { TogetherRuns } from "./together.ts";
import { train, trainExactly } from "./training.ts";

export interface ConformOptions {
  /** Cases that are compiled as one program, of an engine that compiles slowly. */
  readonly together?: number;
}

/** Runs the suite on one engine, or says why not. */
export async function conform(name: EngineName, options: ConformOptions = {}): Promise<void> {
  const registration = registrationOf(name);
  const why = await whyNot(registration);
  if (why === null) await conformStarted(registration, options);
  else skip(name, why);
}

/** These are npm packages of ours alone: that one does not start is a failure. */
const startEverywhere: readonly EngineName[] = ["onnx", "reference"];

/** Where the exact gradients are themselves checked: they are the same whatever the engine. */
const oracle: EngineName = "reference";

async function whyNot({ name }: EngineRegistration<EngineName>): Promise<string | null> {
  try {
    (await startEngine(name)).engine.dispose();
    return null;
  } catch (error) {
    if (!(error instanceof EngineError) || startEverywhere.includes(name)) throw error;
    return error.message;
  }
}

/** An engine that is not there says so, with what to do. */
function skip(name: EngineName, why: string): void {
  skipTests(`conformance of ${name}: ${why}`);
  const test = suite(name);
  test("cannot start, and says why", async () => {
    const refusal = await startEngine(name).catch((error: unknown) => error);
    assert.instance(refusal, EngineError);
    assert.ok((refusal as Error).message.includes(why));
  });
  test.skip("the suite");
  test.run();
}

async function conformStarted(
  { name, start: startWith }: EngineRegistration<EngineName>,
  { together = 1 }: ConformOptions,
): Promise<void> {
  const start = () => startWith({});
  const engine = await start();
  const objects = engine.runtimeObjects;
  const cases = isBrief(name) ? essential(allCases) : allCases;
  const withGradient = cases.filter((one) => one.hasGradient);
  const differentiated = name === oracle ? withGradient.filter((one) => one.isSlope) : [];
  const contract = Object.entries(contractTests);
  const counts = [
    `${cases.length} values`,
    `${withGradient.length} gradients`,
    ...(name === oracle ? [`${differentiated.length} by finite differences`] : []),
    `${contract.length} rules of the contract`,
  ];
  report(`conformance of ${name} (${engine.describe().summary}): ${counts.join(", ")}`);
  const test = suite(name);
  const known = deviations[name] ?? {};
  const check = checksOf(engine, cases, withGradient, together);
  const left = allCases.filter((one) => !cases.includes(one));
  if (left.length > 0) tellBrief(`${left.length} cases of the conformance of ${name}`);
  for (const one of left) test.skip(one.name);
  for (const one of cases) {
    const reason = known[one.name];
    if (reason === undefined) test(one.name, () => check.forward(one));
    else {
      skipTest(`${name}, ${one.name}: ${reason}`);
      test.skip(one.name);
    }
  }
  for (const one of withGradient) test(`gradient: ${one.name}`, () => check.gradient(one));
  for (const one of differentiated) {
    test(`differences: ${one.name}`, () => checkByDifferences(one));
  }
  for (const [rule, keep] of contract) test(rule, () => keep(start));
  test("a training run follows the exact one", () => {
    const { losses } = train(engine, 20);
    compareElements("loss", losses, trainExactly(20), 1e-4);
    assert.ok(losses.at(-1)! < 0.7 * losses[0]!, `losses ${losses.join(", ")}`);
  });
  test("two training runs are the same to the last bit", () => {
    assert.equal(train(engine, 10), train(engine, 10));
  });
  test("nothing is left alive", () => {
    assert.equal(engine.memory(), { buffers: 0, bytes: 0, programs: 0 });
    assert.is(engine.runtimeObjects, objects, "objects of the runtime");
    engine.dispose();
  });
  test.run();
}

/** Checks of cases' values and gradients, many of which may be one program. */
function checksOf(
  engine: Engine,
  cases: readonly Case[],
  withGradient: readonly Case[],
  together: number,
) {
  const checkOf = (
    all: readonly Case[],
    graphOf: (one: Case) => Graph,
    toleranceOf: (one: Case) => number,
  ) => {
    const entries = all.map((one) => ({ graph: graphOf(one), data: dataOf(one) }));
    const runs = new TogetherRuns(engine, entries, together);
    return (one: Case): void => {
      const position = all.indexOf(one);
      const { graph, data } = entries[position]!;
      compareResults(runs.resultsOf(position), graph, data, toleranceOf(one));
    };
  };
  return {
    forward: checkOf(cases, forwardGraph, ({ tolerance }) => tolerance),
    gradient: checkOf(withGradient, gradientGraph, ({ tolerance }) => 4 * tolerance),
  };
}
