/** What a run leaves when it ends, where no picture can be made. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadConfig } from "../../src/config/index.ts";
import { readLog } from "../../src/report/index.ts";
import { finishRun, type RunStart, runPaths, train } from "../../src/runs/index.ts";
import { printDrawing } from "../../svg/index.ts";
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
  const { data } = start! as RunStart;
  const { tokens, drawingStart } = data.train.plain(0);
  const drawing = data.tokenizer.decode(tokens.subarray(drawingStart));
  const made = { prompt: "heart", drawing, ids: [], likelihood: null };
  const estimate = { value: 0.5, low: 0.4, high: 0.6 };
  const chance = { hit1: 0, hit5: 0, mrr: 0, sharedWord: 0 };
  const figures = { hit1: estimate, hit5: estimate, mrr: estimate, sharedWord: estimate };
  const measure = {
    icons: 17,
    heldOut: null,
    designer: null,
    captionRank: null,
    bitsPerDrawing: null,
    trained: { drawings: 2, withIcon: 2, unrendered: 0, chance, ...figures },
    seconds: 1,
    seed: 1,
  };
  const checkpoint = join(folder, "checkpoints", "best");
  const elsewhere = join("/elsewhere", "checkpoints", "best");
  const drawn = { drawings: [made], contrasts: [[made, made]], measure, checkpoint: elsewhere };
  const run = { name: "run", config, start: start!, result, drawn };
  const onTheWay = join(paths.samples, "step-000002");
  mkdirSync(onTheWay, { recursive: true });
  writeFileSync(join(onTheWay, "01-heart.svg"), printDrawing(drawing));
  finishRun(run, paths, (text) => notices.push(text));
  assert.ok(existsSync(paths.sheet) && existsSync(paths.contrasts));
  const page = readFileSync(paths.report, "utf8");
  assert.match(page, /One word apart/);
  assert.match(page, /<figcaption>2<\/figcaption>/, "the drawing made on the way");
  assert.equal(JSON.parse(readFileSync(paths.summary, "utf8")).measure, measure);
  for (const file of [paths.curve, paths.report, paths.summary]) writeFileSync(file, "");
  finishRun(
    run,
    paths,
    (text) => notices.push(text),
    () => {
      throw new RenderError("the renderer does not start");
    },
  );
  assert.equal(
    new Set(notices),
    new Set(["there is no contact sheet: the renderer does not start"]),
  );
  const measured = readLog(paths.log).filter(({ kind }) => kind === "measure");
  assert.is(measured.length, 1, "once, though the run was finished twice");
  const { step } = result.best!;
  const likeness = { hit1: 0.5, hit5: 0.5, mrr: 0.5, sharedWord: 0.5 };
  const ranked = { captionTop1: null, captionMrr: null };
  assert.equal(measured[0], {
    kind: "measure",
    step,
    trained: likeness,
    heldOut: null,
    ...ranked,
  });
  const { drawnBy, heldOut } = JSON.parse(readFileSync(paths.summary, "utf8"));
  assert.equal(drawnBy, { checkpoint, step });
  assert.equal([heldOut.step, heldOut.last.step], [step, 6]);
  assert.not(existsSync(paths.sheet), "not the sheet of another end");
  assert.match(readFileSync(paths.curve, "utf8"), /<svg/);
  assert.match(readFileSync(paths.report, "utf8"), /<\/html>/);
  assert.is(JSON.parse(readFileSync(paths.summary, "utf8")).figures.steps, 6);
});

test.run();
