import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type DecoderConfig,
  FamilyError,
  familyFor,
  familyOf,
  fromTensors,
  initialWeights,
  toTensors,
} from "../../models/index.ts";
import { gpt2Like, llamaLike } from "./configs.ts";

const mixed: DecoderConfig = { ...llamaLike, positions: "learned" };

function throughTensors(config: DecoderConfig) {
  const family = familyFor(config);
  const weights = initialWeights(config, { seed: 5 });
  const tensors = new Map([...toTensors(family, config, weights)].map((each) => [each.name, each]));
  const read = familyOf(JSON.parse(JSON.stringify(family.writeConfig(config))));
  const restored = fromTensors(read, config, {
    names: [...tensors.keys()],
    shape: (name) => tensors.get(name)!.shape,
    read: (name) => tensors.get(name)!.data,
  });
  return { family, weights, tensors, restored };
}

for (const [name, config] of Object.entries({
  gpt2: gpt2Like,
  llama: llamaLike,
  pathloom: mixed,
})) {
  test(`a decoder of the ${name} kind is saved as ${name} and comes back equal`, () => {
    const { family, weights, restored } = throughTensors(config);
    assert.is(family.modelType, name);
    assert.equal([...restored].sort(), [...weights].sort());
    assert.equal(family.readConfig(family.writeConfig(config)), config);
  });
}

test("GPT-2 keeps query, key and value side by side, inputs first", () => {
  const { tensors, weights } = throughTensors(gpt2Like);
  const fused = tensors.get("transformer.h.1.attn.c_attn.weight")!;
  assert.equal(fused.shape, [12, 36]);
  const key = weights.get("layers.1.attention.key.weight")!;
  assert.is(fused.data[5 * 36 + 12 + 7], key[7 * 12 + 5], "input 5, output 7 of the keys");
});

test("a tensor that is missing or misshapen is named with what was expected", () => {
  const { family, tensors } = throughTensors(llamaLike);
  const source = (change: (names: string[]) => string[], shape?: readonly number[]) => ({
    names: change([...tensors.keys()]),
    shape: (name: string) => shape ?? tensors.get(name)!.shape,
    read: (name: string) => tensors.get(name)!.data,
  });
  const without = source((names) => names.filter((name) => name !== "lm_head.weight"));
  assert.throws(
    () => fromTensors(family, llamaLike, without),
    /"lm_head.weight" \[29, 12\] is missing/,
  );
  const misshapen = source((names) => names, [3, 3]);
  assert.throws(
    () => fromTensors(family, llamaLike, misshapen),
    /"model.embed_tokens.weight" is \[3, 3\], but config.json makes it \[29, 12\]/,
  );
});

test("a config.json that is not supported is refused by its key", () => {
  assert.throws(() => familyOf({ model_type: "t5" }), /model_type "t5" is not supported/);
  const json = familyFor(llamaLike).writeConfig(llamaLike);
  const refuse = (change: object, pattern: RegExp) =>
    assert.throws(
      () => familyOf(json).readConfig({ ...json, ...change }),
      (error: unknown) => error instanceof FamilyError && pattern.test(error.message),
    );
  refuse({ hidden_act: "relu" }, /hidden_act is "relu"/);
  refuse({ hidden_size: undefined }, /hidden_size is nothing/);
});

test.run();
