/**
 * Makes all golden fixtures anew, by the seeds that made those under tests/golden, and says what
 * differs.
 *
 *   npm run golden:check
 *
 * Needs Python as scripts/parity.ts does. The same machine and packages give the same bytes; others
 * may round otherwise, so numbers that differ by less than 3e-5 of the largest beside them are
 * counted apart. Fails where anything differs by more, is missing, or is new.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { goldenPython, root, runPython } from "./parity/python.ts";
import { type Comparison, compareFiles } from "./parity/same-file.ts";

const golden = join(root, "tests/golden");
/** A maker's script, and its folder. Adapters are made over the decoders that are there. */
const makers: readonly (readonly [script: string, folder: string])[] = [
  ["make_decoders.py", "decoders"],
  ["make_adapters.py", "adapters"],
  ["make_tokenizers.py", "tokenizers"],
  ["make_safetensors.py", "safetensors"],
];

if (!existsSync(goldenPython)) {
  console.log(`SKIPPED: no ${goldenPython}; see tests/golden/make_decoders.py for how to make it`);
  process.exit(0);
}

const work = mkdtempSync(join(tmpdir(), "pathloom-golden-"));
try {
  for (const [script, folder] of makers) {
    runPython(script, "--to", join(work, folder));
    const names = new Set([...filesIn(join(golden, folder)), ...filesIn(join(work, folder))]);
    const tally: Record<Comparison["kind"], number> = { same: 0, rounding: 0, different: 0 };
    for (const name of [...names].sort()) {
      const found = compare(join(golden, folder, name), join(work, folder, name));
      tally[found.kind]++;
      if (found.kind === "different") console.error(`${folder}/${name}: ${found.why}`);
    }
    console.log(
      `${folder}: ${tally.same} files the same, ${tally.rounding} but for rounding, ${tally.different} different`,
    );
    if (tally.different > 0) process.exitCode = 1;
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

function compare(before: string, now: string): Comparison {
  if (!existsSync(before)) return { kind: "different", why: "is made, but not among the fixtures" };
  if (!existsSync(now)) return { kind: "different", why: "is a fixture, but not made" };
  return compareFiles(readFileSync(before), readFileSync(now), before.endsWith(".safetensors"));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}
