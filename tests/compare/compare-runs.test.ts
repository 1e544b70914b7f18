/** Runs of an ablation over the context are compared on the same drawings. */
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compareRuns } from "../../src/compare/index.ts";
import { loadConfig } from "../../src/config/index.ts";
import { type RunStart, train } from "../../src/runs/index.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";
import { tinyRecipe } from "../cli/tiny-recipe.ts";

test("runs that differ in context hold out the same drawings, and are scored on those of both", async () => {
  const place = temporaryFolder();
  const recipe = loadConfig(tinyRecipe(place));
  const starts: RunStart[] = [];
  const losses: number[] = [];
  const folders: string[] = [];
  for (const contextLength of [56, 96, 96]) {
    const folder = join(place, `run-${folders.length}`);
    folders.push(folder);
    const config = {
      ...recipe,
      data: { ...recipe.data, heldOut: 0.5 },
      model: { ...recipe.model, contextLength },
    };
    const onStart = (start: RunStart) => starts.push(start);
    const result = await train({ config, folder, resume: false, observer: { onStart } });
    losses.push(result.best?.loss ?? 0);
  }
  const [short, long] = starts.map(({ data }) => data);
  const idsOf = ({ heldOut, reports }: RunStart["data"]) => [
    ...Array.from({ length: heldOut.size }, (_, i) => heldOut.id(i)),
    ...reports.heldOut.tooLong.map(({ id }) => id),
  ];
  assert.equal(idsOf(short!).sort(), idsOf(long!).sort(), "the split does not see the length");
  assert.ok(short!.heldOut.size > 0 && short!.heldOut.size < long!.heldOut.size);

  const [first, second, same] = await compareRuns(folders);
  assert.equal([first!.heldOut, second!.heldOut], [short!.heldOut.size, long!.heldOut.size]);
  assert.is(first!.common.drawings, short!.heldOut.size);
  assert.is(second!.common.tokens, first!.common.tokens);
  assert.equal(second!.common, same!.common);
  // What the short run holds is what is common, so its loss is the one that it was trained to.
  assert.ok(Math.abs(first!.common.natsPerToken - losses[0]!) < 1e-4, `${losses[0]}`);
  assert.ok(Math.abs(second!.common.natsPerToken - losses[1]!) > 1e-6, "other drawings");
});

test.run();
