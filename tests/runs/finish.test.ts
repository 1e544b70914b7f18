/** What a run leaves when it ends, where no picture can be made. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadConfig } from "../../src/config/index.ts";
import { finishRun, type RunStart, runPaths, train } from "../../src/runs/index.ts";
import { RenderError } from "../../svg/render/index.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";
import { tinyRecipe } from "../cli/tiny-recipe.ts";

test("where the renderer cannot start, curve, page and summary are written, and it is told", async () => {
  const place = temporaryFolder();
  const config = loadConfig(tinyRecipe(place));
  const folder = join(place, "run");
  let start: RunStart | null = null;
  const observer = {
    onStart(event: RunStart) {
      start = event;
    },
  };
  const result = await train({ config, folder, resume: false, observer });
  const paths = runPaths(folder);
  const notices: string[] = [];
  const run = { name: "run", config, start: start!, result, drawings: [] };
  finishRun(run, paths, (text) => notices.push(text));
  assert.ok(existsSync(paths.sheet));
  for (const file of [paths.curve, paths.report, paths.summary]) writeFileSync(file, "");
  finishRun(
    run,
    paths,
    (text) => notices.push(text),
    () => {
      throw new RenderError("the renderer does not start");
    },
  );
  assert.equal(notices, ["there is no contact sheet: the renderer does not start"]);
  assert.not(existsSync(paths.sheet), "not the sheet of another end");
  assert.match(readFileSync(paths.curve, "utf8"), /<svg/);
  assert.match(readFileSync(paths.report, "utf8"), /<\/html>/);
  assert.is(JSON.parse(readFileSync(paths.summary, "utf8")).figures.steps, 6);
});

test.run();
