/** Python with the packages of tests/golden/requirements.txt, for maintainers. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");

/** `.venv-golden/bin/python`, or the one that PATHLOOM_PYTHON names. */
export const goldenPython = process.env.PATHLOOM_PYTHON ?? join(root, ".venv-golden/bin/python");

/** Runs a script of tests/golden. @returns what it printed. @throws Error when it fails. */
export function runPython(script: string, ...args: string[]): string {
  const path = join(root, "tests/golden", script);
  const result = spawnSync(goldenPython, [path, ...args], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (result.status === 0) return result.stdout;
  throw new Error(`${script} failed: ${result.stderr || result.error?.message}`);
}
