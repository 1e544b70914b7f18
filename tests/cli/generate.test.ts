/** `pathloom generate`: with weights of fewer bits, and what is refused because it would do nothing. */
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { refuseIdleOptions } from "../../src/cli/generating/idle-options.ts";
import { decodersFolder, loadGolden } from "../golden/golden.ts";
import { pathloom, temporaryFolder } from "./pathloom.ts";
import { tinyRecipe } from "./tiny-recipe.ts";

const folder = temporaryFolder();
const run = join(folder, "tiny");
const golden = join(decodersFolder, "llama-3");

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

test("ids are continued by what --run names, too", async () => {
  const { expected } = loadGolden(decodersFolder, "llama-3");
  const count = String(expected.greedy.length);
  const ids = ["--ids", expected.prompt.join(), "--greedy", "--max-new-tokens", count];
  const [named, asRun] = await Promise.all([
    pathloom(["generate", "--model", golden, ...ids]),
    pathloom(["generate", "--run", golden, ...ids]),
  ]);
  assert.is(named.stdout, `${expected.greedy.join()}\n`, named.stderr);
  assert.is(asRun.stdout, named.stdout, asRun.stderr);
});

test("what would do nothing is refused, and what to say is said", () => {
  const dotted = (path: string) => [{ path, text: "1" }];
  const refusals: [Parameters<typeof refuseIdleOptions>, RegExp][] = [
    [[{ prompt: ["a"], greedy: true }, []], /--greedy is for --ids; .* --temperature 0/],
    [[{ prompt: ["a"], maxNewTokens: "9" }, []], /--max-new-tokens .* say --max-tokens/],
    [[{ ids: "1", prompt: ["a"] }, []], /--prompt is for drawings; leave out --ids/],
    [[{ ids: "1", number: "2" }, []], /--number is for drawings; .* another --seed/],
    [[{ ids: "1", maxTokens: "9" }, []], /--max-tokens .* say --max-new-tokens/],
    [[{ ids: "1", out: "a" }, []], /--out is for drawings; .* printed/],
    [[{ ids: "1", greedy: true, topK: "3" }, []], /--greedy and --top-k exclude each other/],
    [[{ ids: "1", greedy: true, temperature: "1" }, []], /--temperature exclude each other/],
    [[{ ids: "1" }, dotted("train.threads")], /--train\.threads: it is not read/],
    [[{ prompt: ["a"] }, dotted("train.lr")], /--train\.lr: it is not read here/],
    [
      [{ prompt: ["a"] }, dotted("model.weightDtype")],
      /--model\.weightDtype .* say --weight-dtype/,
    ],
  ];
  for (const [args, message] of refusals) {
    assert.throws(() => refuseIdleOptions(...args), message);
  }
  refuseIdleOptions({ prompt: ["a"], maxTokens: "9", topK: "3" }, dotted("train.threads"));
  refuseIdleOptions({ ids: "1", topK: "3", maxNewTokens: "9", temperature: "0" }, []);
});

test("the command line refuses with exit code 2, before anything is loaded", async () => {
  const none = join(folder, "none");
  const refusals: [string[], RegExp][] = [
    [["--run", none, "--prompt", "a", "--greedy"], /--greedy is for --ids/],
    [["--model", none, "--ids", "1", "--prompt", "a"], /--prompt is for drawings/],
    [["--model", none, "--run", none, "--ids", "1"], /name one model: /],
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
