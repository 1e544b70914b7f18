/** `data.task` from `train` to `generate --svg`, `--complete`, `--edit` and `evaluate --measure`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { pathloom, temporaryFolder } from "./pathloom.ts";
import { tinyRecipe } from "./tiny-recipe.ts";

const folder = temporaryFolder();
const config = tinyRecipe(folder);
const icon = join(folder, "icons", "zoom-in.svg");
const all = "[text-to-svg, {task: svg-to-text, weight: 2}, completion, editing]";

async function succeed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await pathloom(args);
  assert.is(code, 0, stderr);
  return stdout;
}

test("a run of all tasks answers each", async () => {
  const keys = ["--data.task", all, "--model.contextLength", "160"];
  await succeed("train", "--config", config, "--runs", folder, ...keys);
  const run = join(folder, "tiny");
  const summary = JSON.parse(readFileSync(join(run, "summary.json"), "utf8"));
  assert.ok(summary.captions.drawings > 0 && summary.measure.trained.drawings > 0);
  const page = readFileSync(join(run, "report.html"), "utf8");
  assert.match(page, /Does it say what drawings show\?/);

  const described = JSON.parse(
    await succeed(
      "generate",
      "--run",
      run,
      "--svg",
      icon,
      "--svg",
      icon,
      "--max-tokens",
      "8",
      "--json",
    ),
  );
  assert.equal(
    described.captions.map(({ file }: { file: string }) => file),
    [icon, icon],
  );
  assert.ok(described.captions[0].caption.length > 0);

  const out = ["--out", join(folder, "drawn"), "--json"];
  const asked = ["generate", "--run", run, "--prompt", "zoom in", "-n", "2", ...out];
  const completed = JSON.parse(await succeed(...asked, "--complete", icon));
  assert.is(completed.drawings.length, 2);
  assert.match(completed.drawings[0].svg, /<circle/);
  const edited = JSON.parse(await succeed(...asked, "--edit", icon));
  assert.match(edited.drawings[1].svg, /^<svg /);

  const evaluated = JSON.parse(await succeed("evaluate", "--run", run, "--measure", "--json"));
  assert.equal(evaluated.captions.model, summary.captions.model);
  assert.is(typeof evaluated.captions.chance.sharedWord, "number");
});

test("a run that only says what drawings show draws nothing", async () => {
  const args = ["train", "--config", config, "--runs", folder, "--run", "says"];
  const text = await succeed(...args, "--data.task", "svg-to-text");
  assert.match(text, /captions of \d+ held-out drawings/);
  assert.not.match(text, /likeness, against/);
  const run = join(folder, "says");
  const { stderr } = await pathloom([
    "generate",
    "--run",
    run,
    "--edit",
    icon,
    "--prompt",
    "mirror it",
    "--out",
    join(folder, "edited"),
  ]);
  assert.match(stderr, /the run learnt svg-to-text, not editing/);
});

test("pairs of a table are learnt as they are", async () => {
  const icons = ["arrow-up", "arrow-down", "check", "heart", "mail", "plus", "x", "star"];
  const svgs = icons.map((name) => readFileSync(join(folder, "icons", `${name}.svg`), "utf8"));
  const rows = svgs.map((svg, index) => ({
    ...{ from: svg, to: svgs[(index + 1) % svgs.length], say: `make it number ${index}` },
  }));
  const file = join(folder, "pairs.jsonl");
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const source = `{ source: ${file}, columns: { svg: to, before: from, captions: say } }`;
  const keys = ["--data.source", source, "--data.task", "editing", "--model.contextLength", "200"];
  const args = ["train", "--config", config, "--runs", folder, "--run", "pairs", ...keys];
  const text = await succeed(...args);
  assert.match(text, /8 drawings and 0 made of them|\d drawings and 0 made of them/);
  const { code, stderr } = await pathloom([
    ...args,
    "--data.task",
    "text-to-svg",
    "--run",
    "other",
  ]);
  assert.is(code, 2);
  assert.match(stderr, /columns.before: .*data.task editing/);
});

test("what cannot be meant is refused", async () => {
  const refusals: [string[], RegExp][] = [
    [["generate", "--svg", icon, "--complete", icon], /--svg and --complete: say one of them/],
    [["generate", "--svg", icon, "--prompt", "a"], /--prompt: means nothing with --svg/],
    [["generate", "--edit", icon], /--prompt: say how to change it/],
    [["generate", "--svg", join(folder, "none.svg")], /none\.svg: cannot be read: ENOENT/],
    [["train", "--config", config, "--data.task", "draw"], /data\.task: /],
  ];
  for (const [args, message] of refusals) {
    const { code, stderr } = await pathloom(args);
    assert.match(stderr, message);
    assert.is(code, 2, args.join(" "));
  }
});

test.run();
