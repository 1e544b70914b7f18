/** The runtime starts whatever the program's arguments are: its own look at them is kept off. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { temporaryFolder } from "../../checkpoints/temporary-folder.ts";
import { productModule, scriptArguments } from "../../testing/started.ts";

const start = `
  const { ortEnvironment } = await import(${JSON.stringify(productModule("engine/onnx/runtime/environment"))});
  console.log(ortEnvironment(1).threads);`;

/** A file, since the runtime looks at the first line of the command line alone. */
const file = join(temporaryFolder(), "start.mjs");
writeFileSync(file, start);

for (const bytes of [9_000, 400_000]) {
  test(`with ${bytes} bytes of arguments`, () => {
    const each = "10,".repeat(3_000);
    const args = Array.from({ length: Math.ceil(bytes / each.length) }, () => each);
    const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env;
    const ended = spawnSync(process.execPath, [...scriptArguments, file, ...args], {
      encoding: "utf8",
      env,
    });
    assert.equal([ended.signal, ended.stdout], [null, "1\n"], ended.stderr);
  });
}

test.run();
