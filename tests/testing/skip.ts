/** Skipping is told with its reason and counted as skipped, never as passed. */
let insideTests = 0;
let outsideTests = 0;

/** Called within a test that then returns: this machine cannot run it. */
export function skipTest(reason: string): void {
  insideTests++;
  console.log(`SKIPPED ${reason}`);
}

/** Called in place of defining tests. */
export function skipTests(reason: string): void {
  outsideTests++;
  console.log(`SKIPPED ${reason}`);
}

process.on("exit", () => {
  if (insideTests + outsideTests === 0) return;
  console.log(`  Skipped inside: ${insideTests}\n  Skipped outside: ${outsideTests}`);
});
