/** Measures what is missing, one after the other, and keeps each as soon as it is there. */
import type { z } from "zod";
import { formatSeconds } from "../../src/report/index.ts";
import { codeDigest, commitName } from "./code.ts";
import type { KeptMeasurements, Subject } from "./kept.ts";
import { busyShare, isQuiet, today } from "./machine.ts";
import { commandLine, outputOf, root, stopProgram } from "./program.ts";

/** One measurement by the command line. */
export interface Task<Result> {
  readonly name: string;
  readonly subject: Subject;
  /** Of the command line, which prints JSON; the subject's and how. */
  readonly args: readonly string[];
  /** About how long it takes; not shown where nobody knows. */
  readonly expectedSeconds?: number;
  /** What it gave, in a line. */
  tell(result: Result): string;
}

/**
 * A failure is told and the others are measured, unless it is the first that is measured: then all would
 * fail. Stopped by a signal it ends the process; what was measured is kept.
 * @returns what failed, a line each.
 */
export async function measureAll<Result>(
  tasks: readonly Task<Result>[],
  kept: KeptMeasurements<Result>,
  schema: z.ZodType<Result>,
): Promise<string[]> {
  const failures: string[] = [];
  let stopped = false;
  const stop = () => {
    stopped = true;
    stopProgram();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  let measured = 0;
  for (const [i, task] of tasks.entries()) {
    const label = `[${i + 1}/${tasks.length}] ${task.name}`;
    const before = kept.recall(task.subject);
    if (before !== null) console.log(`${label}: ${task.tell(before.result)} (measured before)`);
    else {
      try {
        console.log(`${label}: ${await measureOne(task, label, kept, schema)}`);
        measured++;
      } catch (error) {
        if (!stopped) {
          if (measured === 0) throw error;
          console.log(`${label}: failed`);
          failures.push(`${task.name}: ${(error as Error).message}`);
        }
      }
    }
    if (stopped) {
      console.error("stopped; what was measured is kept: the same command goes on");
      process.exit(130);
    }
  }
  return failures;
}

async function measureOne<Result>(
  { subject, args, expectedSeconds, tell }: Task<Result>,
  label: string,
  kept: KeptMeasurements<Result>,
  schema: z.ZodType<Result>,
): Promise<string> {
  const busy = await busyShare();
  const started = performance.now();
  const shown = { label, ...(expectedSeconds === undefined ? {} : { expectedSeconds }) };
  const result = schema.parse(JSON.parse(await outputOf([commandLine(), ...args], shown)));
  if (codeDigest(root) !== subject.code) {
    throw new Error("dist was built anew meanwhile; run this again");
  }
  const seconds = (performance.now() - started) / 1000;
  kept.keep(subject, { commit: commitName(root), date: today(), seconds, busy, result });
  const others = isQuiet(busy)
    ? ""
    : `, beside others on ${(100 * busy).toFixed(0)} % of the cores`;
  return `${tell(result)} (${formatSeconds(seconds)}${others})`;
}
