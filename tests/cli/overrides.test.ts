import { test } from "uvu";
import * as assert from "uvu/assert";
import { messageOf } from "../../src/cli/exit.ts";
import { splitOverrides } from "../../src/cli/overrides.ts";
import { ConfigError } from "../../src/config/index.ts";

test("dotted flags are taken out, with the value after them or after =", () => {
  const { overrides, rest } = splitOverrides([
    "train",
    "--train.lr",
    "1e-4",
    "--config",
    "a.yaml",
    "--generate.prompts=[a, b=c]",
    "--model.heads",
    "-1",
  ]);
  assert.equal(overrides, [
    { path: "train.lr", text: "1e-4" },
    { path: "generate.prompts", text: "[a, b=c]" },
    { path: "model.heads", text: "-1" },
  ]);
  assert.equal(rest, ["train", "--config", "a.yaml"]);
});

test("other arguments stay, also when they hold dots", () => {
  const args = ["tokenize", "a.b.svg", "--show", "x.html", "--top-p", "0.5", "-n", "4"];
  assert.equal(splitOverrides(args), { overrides: [], rest: args });
});

test("a dotted flag without a value is refused", () => {
  assert.throws(() => splitOverrides(["train", "--train.lr"]), /--train\.lr: expected a value/);
});

test("faults of the system are told with the path and what to do", () => {
  const full = Object.assign(new Error("ENOSPC: no space"), { code: "ENOSPC", path: "runs/a" });
  assert.is(
    messageOf(full),
    "runs/a: no space left on the disk; free some, or choose another folder (ENOSPC)",
  );
  assert.is(messageOf(new ConfigError(["a.yaml:1:1: wrong"])), "a.yaml:1:1: wrong");
  assert.match(
    messageOf(new TypeError("x is undefined\nmore")),
    /^x is undefined \(this is a fault/,
  );
});

test.run();
