/** The lines of a suite's output that reach whoever runs all suites. */

/** Where uvu has written a mark for each test before, without ending its line. */
const noticeLine = /^(?:.*[•✘] )?((?:SKIPPED|REPORT) .+)$/;

/** What was skipped and why, and what suites report of themselves, each on a line. */
export function noticesIn(output: string): string[] {
  return output.split("\n").flatMap((line) => noticeLine.exec(line.trimEnd())?.[1] ?? []);
}
