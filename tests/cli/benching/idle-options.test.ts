/** Which options of `pathloom bench` belong to what. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { UsageError } from "../../../errors/index.ts";
import { benchKinds } from "../../../src/bench/index.ts";
import { refuseIdleOptions } from "../../../src/cli/benching/idle-options.ts";

function refused(...[kind, given]: Parameters<typeof refuseIdleOptions>): string {
  try {
    refuseIdleOptions(kind, given);
  } catch (error) {
    assert.instance(error, UsageError);
    return (error as Error).message;
  }
  return "";
}

test("an option that would do nothing is refused with those that take it", () => {
  const unknown = (option: string, kind: string, takers: string) =>
    `--${option}: bench ${kind} knows no such thing; it is for ${takers}`;
  assert.is(
    refused("matmul", { weightDtype: "int4" }),
    unknown("weight-dtype", "matmul", "lora, generate"),
  );
  assert.is(
    refused("matmul", { batch: "2" }),
    unknown("batch", "matmul", "train, lora, generate, compile"),
  );
  assert.is(refused("train", { prompt: "4" }), unknown("prompt", "train", "generate"));
  assert.is(refused("lora", { tokens: "4" }), unknown("tokens", "lora", "generate"));
  assert.is(refused("train", { data: "icons" }), unknown("data", "train", "tokenize"));
  assert.is(
    refused("generate", { config: "x.yaml" }),
    unknown("config", "generate", "tokenize, compile"),
  );
  assert.is(refused("train", { target: "h200" }), unknown("target", "train", "compile"));
  assert.is(
    refused("tokenize", { shape: "x" }),
    unknown("shape", "tokenize", "matmul, train, lora, generate, compile"),
  );
  for (const option of ["engine", "threads", "python", "profile"]) {
    assert.is(
      refused("tokenize", { [option]: "x" }),
      unknown(option, "tokenize", "matmul, train, lora, generate"),
    );
  }
});

test("where the reason is another, that is said", () => {
  assert.match(
    refused("train", { weightDtype: "int8" }),
    /trained in float32 alone; see bench lora/,
  );
  assert.match(refused("compile", { precision: "bfloat16" }), /--train\.precision bfloat16/);
  assert.match(refused("tokenize", { peer: "python" }), /Python has no such tokenizer/);
});

test("what each takes is not refused", () => {
  const every = { shape: "tiny", engine: "onnx", threads: "1", peer: "python", profile: true };
  const decoder = { ...every, batch: "2" };
  assert.is(refused("matmul", every), "");
  assert.is(refused("train", decoder), "");
  assert.is(refused("lora", { ...decoder, weightDtype: "nf4" }), "");
  assert.is(refused("generate", { ...decoder, weightDtype: "nf4", prompt: "1", tokens: "2" }), "");
  assert.is(refused("tokenize", { data: "icons", config: "x.yaml" }), "");
  for (const kind of benchKinds) assert.is(refused(kind, { shape: undefined }), "", kind);
});

test.run();
