/** Which peer a measurement is beside. */
import { spawnSync } from "node:child_process";
import { pythonProgram } from "../../src/bench/index.ts";

/** What decides how fast the peer is; of packages that import one another for seconds, nothing is loaded. */
const script = `
import platform
from importlib import metadata

def found(name):
    try:
        return f"{name} {metadata.version(name)}"
    except metadata.PackageNotFoundError:
        return f"no {name}"

print(", ".join([f"Python {platform.python_version()}"] + [found(each) for each in ("torch", "transformers", "peft")]))
`;

/**
 * As `Python 3.12.3, torch 2.15.0, transformers 5.24.0, peft 0.21.2`.
 * @param python a Python, or the folder of its virtual environment.
 * @throws Error when it does not run.
 */
export function peerName(python: string): string {
  const program = pythonProgram(python);
  const { error, status, stdout, stderr } = spawnSync(program, ["-c", script], {
    encoding: "utf8",
  });
  if (error === undefined && status === 0) return stdout.trim();
  const why = error?.message ?? (stderr.trim().split("\n").at(-1) || `it ended with ${status}`);
  throw new Error(`--python ${python}: ${why}`);
}
