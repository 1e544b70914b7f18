/** The conformance cases of the tests on one engine, as many as there is time for. */
import { type Engine, EngineError } from "../../engine/index.ts";
import { cases } from "../../tests/engine/conformance/all-cases.ts";
import { dataOf, forwardGraph, gradientGraph } from "../../tests/engine/conformance/case.ts";
import { compareResults } from "../../tests/engine/conformance/compare.ts";
import { TogetherRuns } from "../../tests/engine/conformance/together.ts";

export interface ConformanceResult {
  readonly passed: number;
  /** As `gradient: softmax: …`. */
  readonly failures: readonly string[];
  readonly total: number;
}

/** Cases of one program. */
const together = 40;

/** @param loosened times the tests' tolerances, for a device whose products are rounded. */
export function conformance(engine: Engine, seconds: number, loosened = 1): ConformanceResult {
  const all = [
    ...cases.map((one) => ({ ...one, graph: forwardGraph(one), data: dataOf(one) })),
    ...cases
      .filter(({ hasGradient }) => hasGradient)
      .map((one) => ({
        ...one,
        name: `gradient: ${one.name}`,
        tolerance: 4 * one.tolerance,
        graph: gradientGraph(one),
        data: dataOf(one),
      })),
  ];
  const runs = new TogetherRuns(engine, all, together);
  const until = performance.now() + 1000 * seconds;
  const failures: string[] = [];
  let passed = 0;
  for (const [i, { name, graph, data, tolerance }] of all.entries()) {
    if (i % together === 0 && performance.now() > until) break;
    try {
      compareResults(runs.resultsOf(i), graph, data, loosened * tolerance);
      passed++;
    } catch (error) {
      // Assertions and refusals are what is looked for.
      if (!(error instanceof Error)) throw error;
      const kind = error instanceof EngineError ? "refused" : "differs";
      failures.push(`${name} (${kind}): ${error.message.split("\n", 1)[0]!.slice(0, 200)}`);
    }
  }
  return { passed, failures, total: all.length };
}
