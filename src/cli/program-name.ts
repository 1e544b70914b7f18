/** What to type for this program again. */

/** `npx pathloom` where npm started it, for whom it is on no path. */
export function programName(env: NodeJS.ProcessEnv = process.env): string {
  return env.npm_command === "exec" ? "npx pathloom" : "pathloom";
}
