import { test } from "uvu";
import * as assert from "uvu/assert";
import { modelContents, modelFromCheckpoint } from "../../checkpoints/index.ts";
import { startEngine } from "../../engine/index.ts";
import {
  arraySource,
  type DecoderConfig,
  FamilyError,
  families,
  familyFor,
  familyOf,
  fromTensors,
  initialWeights,
  parameterSpecs,
  toTensors,
  whyNot,
} from "../../models/index.ts";
import { decodersFolder, goldenNames, loadGolden } from "../golden/golden.ts";
import { gpt2Like, llamaLike } from "./configs.ts";

const { engine } = await startEngine("onnx", { threads: 1 });

const mixed: DecoderConfig = { ...llamaLike, positions: "learned" };

function throughTensors(config: DecoderConfig) {
  const family = familyFor(config);
  const weights = initialWeights(config, { seed: 5 });
  const tensors = new Map([...toTensors(family, config, weights)].map((each) => [each.name, each]));
  const read = familyOf(JSON.parse(JSON.stringify(family.writeConfig(config))));
  const restored = fromTensors(read, config, {
    names: [...tensors.keys()],
    shape: (name) => tensors.get(name)!.shape,
    tensor: (name) => arraySource(tensors.get(name)!.data),
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

for (const name of goldenNames(decodersFolder)) {
  test(`${name}: what transformers saved is saved again tensor by tensor`, () => {
    const { checkpoint } = loadGolden(decodersFolder, name);
    const model = modelFromCheckpoint(engine, checkpoint);
    const saved = modelContents(model, { base: checkpoint.config });
    const family = familyOf(checkpoint.config);
    assert.equal(family.readConfig(saved.config), model.config);
    assert.equal(saved.config.bos_token_id, checkpoint.config.bos_token_id);
    const tensors = [...saved.tensors];
    assert.equal(
      tensors.map((tensor) => tensor.name).sort(),
      [...checkpoint.model.tensors.keys()].sort(),
    );
    for (const { name: tensor, shape, data } of tensors) {
      assert.equal(shape, checkpoint.model.tensors.get(tensor)!.shape, tensor);
      assert.equal(data, checkpoint.model.readFloat32(tensor), tensor);
    }
    model.dispose();
  });
}

test("each family names every parameter of the decoders that it holds, once", () => {
  const configs = goldenNames(decodersFolder).map((name) => {
    const { config } = loadGolden(decodersFolder, name).checkpoint;
    return familyOf(config).readConfig(config);
  });
  let held = 0;
  for (const family of families) {
    for (const config of configs.filter((each) => whyNot(family, each) === null)) {
      const named = family.tensors(config).flatMap((mapping) => mapping.parameters);
      assert.equal(
        named.sort(),
        parameterSpecs(config)
          .map((spec) => spec.name)
          .sort(),
      );
      held++;
    }
  }
  assert.ok(held > 2 * configs.length, `${held} pairs of a family and a decoder`);
});

test("a family says what of a decoder it cannot hold", () => {
  const family = (modelType: string) => familyOf({ model_type: modelType });
  assert.is(whyNot(family("gpt2"), llamaLike), "kvHeads 2");
  assert.is(whyNot(family("llama"), { ...llamaLike, normOffset: 1 }), "normOffset 1");
  const window = { size: 4, layers: [1] };
  const windowed = { ...llamaLike, attention: { ...llamaLike.attention, window } };
  assert.is(whyNot(family("mistral"), windowed), "attention.window.layers [1]");
  assert.is(whyNot(family("pathloom"), windowed), null);
});

test("GPT-2 keeps query, key and value side by side, inputs first", () => {
  const { tensors, weights } = throughTensors(gpt2Like);
  const fused = tensors.get("transformer.h.1.attn.c_attn.weight")!;
  assert.equal(fused.shape, [12, 36]);
  const key = weights.get("layers.1.attention.key.weight")!;
  assert.is(fused.data[5 * 36 + 12 + 7], key[7 * 12 + 5], "input 5, output 7 of the keys");
});

/** The tensors of a small decoder, changed as a damaged file would be. */
function changed(config: DecoderConfig, change: (names: string[]) => string[], shape?: number[]) {
  const { family, tensors } = throughTensors(config);
  const names = change([...tensors.keys()]);
  return () =>
    fromTensors(family, config, {
      names,
      shape: (name) => shape ?? tensors.get(name)!.shape,
      tensor: (name) => arraySource(tensors.get(name)!.data),
    });
}

test("a tensor that is missing, misshapen or unknown is named with what was expected", () => {
  const whole = (names: string[]) => names;
  assert.throws(
    changed(llamaLike, (names) => names.filter((name) => name !== "lm_head.weight")),
    /"lm_head.weight" \[29, 12\] is missing: .*copy the model's files again/,
  );
  assert.throws(
    changed(llamaLike, whole, [3, 3]),
    /"model.embed_tokens.weight" is \[3, 3\], but config.json makes it \[29, 12\]/,
  );
  assert.throws(
    changed(llamaLike, (names) => [...names, "model.layers.2.mlp.up_proj.weight"]),
    /"model.layers.2.mlp.up_proj.weight" belongs to no part of a llama model/,
  );
});

test("tables of old checkpoints are passed over, and a tied head may be repeated", () => {
  const old = ["transformer.h.0.attn.bias", "transformer.h.1.attn.masked_bias", "lm_head.weight"];
  changed(gpt2Like, (names) => [...names, ...old])();
  changed(llamaLike, (names) => [...names, "model.layers.0.self_attn.rotary_emb.inv_freq"])();
});

test("a checkpoint of the bare decoder, without the prefix of its names, is read", () => {
  const { family, tensors, weights } = throughTensors(gpt2Like);
  const bare = (name: string) => name.replace("transformer.", "");
  const byName = new Map([...tensors].map(([name, tensor]) => [bare(name), tensor]));
  const restored = fromTensors(family, gpt2Like, {
    names: [...byName.keys()],
    shape: (name) => byName.get(name)!.shape,
    tensor: (name) => arraySource(byName.get(name)!.data),
  });
  assert.equal([...restored].sort(), [...weights].sort());
});

test("a config.json that is not supported is refused by its key", () => {
  assert.throws(
    () => familyOf({ model_type: "t5" }),
    /model_type "t5" is not supported; supported are gpt2, llama/,
  );
  const json = familyFor(llamaLike).writeConfig(llamaLike);
  const refuse = (change: object, pattern: RegExp, base: Record<string, unknown> = json) =>
    assert.throws(
      () => familyOf(base).readConfig({ ...base, ...change }),
      (error: unknown) => error instanceof FamilyError && pattern.test(error.message),
    );
  refuse({ hidden_act: "relu" }, /hidden_act is "relu"/);
  refuse({ hidden_size: undefined }, /hidden_size is nothing/);
  refuse({ rope_scaling: { rope_type: "axial" } }, /rope_type is "axial": supported are/);
  refuse({ alibi: true }, /alibi is true: ALiBi positions of Falcon are not supported/, {
    model_type: "falcon",
    vocab_size: 9,
    hidden_size: 8,
    num_hidden_layers: 1,
    num_attention_heads: 2,
  });
});

test.run();
