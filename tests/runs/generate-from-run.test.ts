/** Drawing in one call, with the model that comes with Pathloom. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { generateFromRun } from "../../src/index.ts";
import { parseDrawing } from "../../svg/index.ts";

const folder = mkdtempSync(join(tmpdir(), "pathloom-generate-"));
const prompts = ["arrow right", "heart"];

test("one call draws; one seed draws the same, and nothing is written unless it is asked for", async () => {
  const drawn = await generateFromRun({ prompts, number: 2 });
  assert.equal(
    drawn.drawings.map(({ prompt, file }) => [prompt, file]),
    prompts.flatMap((prompt) => [
      [prompt, null],
      [prompt, null],
    ]),
  );
  assert.is(drawn.sheet, null);
  for (const { svg } of drawn.drawings) assert.ok(parseDrawing(svg).drawing.elements.length > 0);
  const out = join(folder, "drawn");
  const written = await generateFromRun({ prompts, number: 2, out });
  assert.equal(
    written.drawings.map(({ svg }) => svg),
    drawn.drawings.map(({ svg }) => svg),
  );
  assert.equal(readdirSync(out).sort(), [
    "01-arrow-right.svg",
    "02-arrow-right.svg",
    "03-heart.svg",
    "04-heart.svg",
    "sheet.png",
  ]);
  const { file, svg } = written.drawings[0]!;
  assert.is(readFileSync(file!, "utf8"), svg);
  assert.ok(existsSync(written.sheet!));
});

test("another seed draws otherwise", async () => {
  const seeded = (text: string) =>
    generateFromRun({
      prompts: ["heart", "house"],
      number: 2,
      overrides: [
        { path: "generate.seed", text },
        { path: "generate.temperature", text: "1.5" },
      ],
    });
  const [one, other] = [await seeded("1"), await seeded("2")];
  assert.is(one.seed, 1);
  assert.not.equal(one.drawings, other.drawings);
});

test("a missing caption and two models at once are refused", async () => {
  await rejects(generateFromRun({ prompts: [] }), /expected at least one caption/);
  const two = { run: "runs/a", model: "models/b", prompts };
  await rejects(generateFromRun(two), /name one model/);
});

async function rejects(promise: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await promise.then(
    () => null,
    (reason: Error) => reason,
  );
  assert.match(error?.message ?? "nothing was thrown", message);
}

test.after(() => rmSync(folder, { recursive: true, force: true }));

test.run();
