import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { saveCheckpoint } from "../../checkpoints/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

test("floats of a config.json keep their fraction, whole numbers stay whole", () => {
  const folder = join(temporaryFolder(), "model");
  const config = {
    final_logit_softcapping: 30,
    hidden_size: 2304,
    rms_norm_eps: 1e-6,
    rope_scaling: { factor: 8, original_max_position_embeddings: 8192, type: 'a "factor": 8' },
    rope_theta: 10_000,
  };
  saveCheckpoint(folder, { config, tensors: [] });
  const text = readFileSync(join(folder, "config.json"), "utf8");
  assert.equal(JSON.parse(text), config);
  const lines = text.split("\n").map((line) => line.trim());
  for (const line of [
    '"final_logit_softcapping": 30.0,',
    '"hidden_size": 2304,',
    '"rms_norm_eps": 0.000001,',
    '"factor": 8.0,',
    '"original_max_position_embeddings": 8192,',
    '"type": "a \\"factor\\": 8"',
    '"rope_theta": 10000.0',
  ]) {
    assert.ok(lines.includes(line), line);
  }
});

test.run();
