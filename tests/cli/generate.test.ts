/** `pathloom generate`: with weights of fewer bits, and what is refused because it would do nothing. */
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { pathloom, temporaryFolder } from "./pathloom.ts";
import { tinyRecipe } from "./tiny-recipe.ts";

const folder = temporaryFolder();
const run = join(folder, "tiny");

interface Drawn {
  readonly weightDtype: string;
  readonly drawings: readonly { readonly svg: string }[];
}

async function draw(...args: string[]): Promise<Drawn> {
  const asked = ["--prompt", "arrow up", "-n", "4", "--temperature", "0.9", "--json"];
  const out = ["--out", join(folder, "drawn")];
  const ended = await pathloom(["generate", ...args, ...asked, ...out]);
  assert.is(ended.code, 0, ended.stderr);
  return JSON.parse(ended.stdout);
}

test("a run's checkpoint draws in the weights that are asked for", async () => {
  const train = ["train", "--config", tinyRecipe(folder), "--runs", folder];
  assert.is((await pathloom(train)).code, 0);
  const whole = await draw("--run", run);
  const asked = await draw("--run", run, "--weight-dtype", "float32");
  const rounded = await draw("--run", run, "--weight-dtype", "int4");
  assert.equal(
    [whole.weightDtype, asked.weightDtype, rounded.weightDtype],
    ["float32", "float32", "int4"],
  );
  assert.equal(asked.drawings, whole.drawings);
  const svgs = ({ drawings }: Drawn) => drawings.map(({ svg }) => svg).join();
  assert.is.not(svgs(rounded), svgs(whole), "rounded matrices draw otherwise");
  assert.is((await draw("--model", run, "--weight-dtype", "nf4-double")).weightDtype, "nf4-double");
});

test("the command line refuses with exit code 2, before anything is loaded", async () => {
  const none = join(folder, "none");
  const refusals: [string[], RegExp][] = [
    [["--run", none, "--prompt", "a", "--greedy"], /unknown option '--greedy'/],
    [["--model", none, "--ids", "1"], /--ids is now: pathloom debug continue --model NAME --ids/],
    [["--model", none, "--run", none, "--prompt", "a"], /name one model: /],
    [["--run", none, "--prompt", "a", "--model.weightDtype", "1"], /say --weight-dtype/],
    [["--run", none, "--prompt", "a", "--train.lr", "1"], /--train\.lr: /],
    [["--run", none], /--prompt: say what to draw/],
  ];
  await Promise.all(
    refusals.map(async ([args, message]) => {
      const { code, stderr } = await pathloom(["generate", ...args]);
      assert.match(stderr, message);
      assert.is(code, 2);
    }),
  );
});

test.run();
