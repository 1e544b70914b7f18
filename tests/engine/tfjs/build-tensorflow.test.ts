/** The script that builds the engine `tensorflow`: what cannot be had is told from what is wrong. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

const root = join(import.meta.dirname, "..", "..", "..");
const folder = mkdtempSync(join(tmpdir(), "pathloom-build-"));
test.after(() => rmSync(folder, { recursive: true }));

function build(...args: string[]) {
  return spawnSync(
    process.execPath,
    ["--import", "tsx", "scripts/build-tensorflow.ts", "--force", ...args],
    {
      cwd: root,
      encoding: "utf8",
      env: {
        ...process.env,
        PATHLOOM_ENGINES: join(folder, "engines"),
        npm_config_registry: "http://127.0.0.1:9",
        npm_config_fetch_retries: "0",
        npm_config_cache: join(folder, "cache"),
      },
    },
  );
}

const runsHere = process.platform === "linux" && process.arch === "x64";

test("a registry that is out of reach is no fault of the build: 75", () => {
  const { status, stderr } = build();
  assert.is(status, 75, stderr);
  assert.match(
    stderr,
    runsHere ? /^npm install failed in .*ECONNREFUSED/s : /there is no such wheel/,
  );
});

test("a wheel that is another than expected is one: 1", () => {
  if (!runsHere) {
    console.log("SKIPPED a damaged wheel: there is none for this platform");
    return;
  }
  const wheel = join(folder, "tensorflow_cpu.whl");
  writeFileSync(wheel, "torn");
  const { status, stderr } = build("--wheel", wheel);
  assert.is(status, 1);
  assert.match(stderr, /tensorflow_cpu\.whl: sha256 [0-9a-f]{64}, not dcc8afd3/);
});

test.run();
