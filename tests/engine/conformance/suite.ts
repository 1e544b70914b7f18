/**
 * The conformance suite: what every engine must do, whatever computes. Results are compared with the
 * primitives' meanings in double precision, composites with their expansions.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, EngineError } from "../../../src/engine/index.ts";
import { type Case, dataOf, forwardGraph, gradientGraph } from "./case.ts";
import { compareElements, compareWithExact } from "./compare.ts";
import { compositeCases } from "./composite-cases.ts";
import { contractTests } from "./contract.ts";
import { nonFiniteCases } from "./non-finite-cases.ts";
import { primitiveCases } from "./primitive-cases.ts";
import { train, trainExactly } from "./training.ts";

export interface Candidate {
  readonly name: string;
  readonly start: () => Engine;
  /** Null when the engine can be started here. */
  readonly why: string | null;
}

const cases = [...primitiveCases, ...compositeCases, ...nonFiniteCases];

/** Runs the suite, or says why not. */
export function conform(candidate: Candidate): void {
  if (candidate.why === null) conformStarted(candidate);
  else skip(candidate, candidate.why);
}

/** An engine that is not there says so, with what to do. */
function skip({ name, start }: Candidate, why: string): void {
  console.log(`SKIPPED conformance of ${name}: ${why}`);
  const test = suite(name);
  test("cannot start, and says why", () => {
    assert.throws(start, (error: unknown) => {
      assert.instance(error, EngineError);
      assert.ok((error as Error).message.includes(why));
      return true;
    });
  });
  for (const { name: skipped } of cases) test.skip(skipped);
  test.run();
}

function conformStarted({ name, start }: Candidate): void {
  const engine = start();
  const withGradient = cases.filter((one) => one.hasGradient);
  const contract = Object.entries(contractTests);
  console.log(
    `${name} (${engine.describe().summary}): ${cases.length} values, ${withGradient.length} gradients, ${contract.length} rules of the contract`,
  );
  const test = suite(name);
  for (const one of cases) test(one.name, () => checkForward(engine, one));
  for (const one of withGradient) test(`gradient: ${one.name}`, () => checkGradient(engine, one));
  for (const [rule, check] of contract) test(rule, () => check(start));
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
    engine.dispose();
  });
  test.run();
}

function checkForward(engine: Engine, one: Case): void {
  compareWithExact(engine, forwardGraph(one), dataOf(one), one.tolerance);
}

function checkGradient(engine: Engine, one: Case): void {
  compareWithExact(engine, gradientGraph(one), dataOf(one), 4 * one.tolerance);
}
