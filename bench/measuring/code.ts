/** Which code a measurement is of. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Whatever decides how fast a measured process is: what was built, the peer, the packages. */
const measured = ["dist", "bench/peer", "package-lock.json"];

/** Of the code as it is built now; the same after a commit that changes none of it. */
export function codeDigest(root: string): string {
  const hash = createHash("sha256");
  for (const file of measured.flatMap((part) => filesIn(root, part)).sort()) {
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

function filesIn(root: string, part: string): string[] {
  if (part.endsWith(".json")) return [part];
  return readdirSync(join(root, part), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(js|py)$/.test(file))
    .map((file) => join(part, file));
}

/** As `b075ace`, or `b075ace and changes to it`; for people. */
export function commitName(root: string): string {
  const git = (...args: string[]) =>
    spawnSync("git", args, { cwd: root, encoding: "utf8" }).stdout?.trim() ?? "";
  const commit = git("rev-parse", "--short", "HEAD");
  if (commit === "") return "an unknown commit";
  const changed = git("status", "--porcelain", "--untracked-files=no");
  return changed === "" ? commit : `${commit} and changes to it`;
}
