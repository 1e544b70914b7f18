/**
 * Packs the package as npm would and asks arethetypeswrong whether its types resolve under Node's
 * module resolution. Exits with 1 where they do not.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "pathloom-pack-"));
try {
  const printed = execFileSync(
    "npm",
    ["pack", "--json", "--ignore-scripts", "--pack-destination", folder],
    { cwd: root, encoding: "utf8" },
  );
  const [{ filename }] = JSON.parse(printed) as [{ filename: string }];
  const tarball = new Uint8Array(readFileSync(join(folder, filename)));
  const result = await checkPackage(createPackageFromTarballData(tarball));
  if (result.types === false) throw new Error("the package ships no types");
  // The package is for Node's own resolution and bundlers; `require` and node10 are not offered.
  const faults = result.problems.filter(
    (problem) =>
      !("resolutionKind" in problem) ||
      problem.resolutionKind === "node16-esm" ||
      problem.resolutionKind === "bundler",
  );
  for (const fault of faults) console.error(JSON.stringify(fault));
  console.log(`types of ${filename}: ${faults.length} faults`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
