/** Says what a suite found out, on a line that reaches the output of all suites. */
export function report(text: string): void {
  console.log(`REPORT ${text}`);
}
