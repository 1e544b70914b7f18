/** What is said of the model types that do not load, and the table of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  FamilyError,
  families,
  familyOf,
  modelTypes,
  nearestType,
  whyUnsupported,
} from "../../models/index.ts";
import { modelTypesTable, withTable } from "../../scripts/model-types/table.ts";

const supported = families.map((family) => family.modelType);

const refusalOf = (modelType: unknown): string => {
  try {
    familyOf({ model_type: modelType });
  } catch (error) {
    assert.instance(error, FamilyError);
    return (error as Error).message;
  }
  throw new Error(`${modelType} loads`);
};

test("every family but our own is one that transformers builds", () => {
  const unknown = supported.filter((each) => !Object.hasOwn(modelTypes, each));
  assert.equal(unknown, ["pathloom"]);
});

test("a type that transformers builds is refused with what stands in the way, and the nearest", () => {
  assert.match(
    refusalOf("olmo_hybrid"),
    /"olmo_hybrid" is not supported \(OlmoHybridForCausalLM of transformers [\d.]+: layers that keep a state instead of attending \(linear attention\)\); nearest is olmo2; supported are gpt2, /,
  );
  assert.match(
    refusalOf("qwen3_5_moe_text"),
    /a mixture of experts, layers that keep a state .*\); nearest is qwen3_5_text;/,
  );
  assert.match(refusalOf("mixtral"), /mixture of experts\); nearest is mistral;/);
  assert.match(refusalOf("gemma3"), /reads pictures or video too\); nearest is gemma3_text;/);
  assert.match(refusalOf("mamba2"), /state-space layers \(Mamba\)\); supported/);
});

test("a type that nobody knows is refused with the nearest name, if one is near", () => {
  assert.match(refusalOf("lama"), /"lama" is not supported; nearest is llama; supported/);
  assert.match(refusalOf("t5"), /"t5" is not supported; supported/);
  assert.match(refusalOf(undefined), /undefined is not supported; supported/);
  assert.match(refusalOf(["llama"]), /\["llama"\] is not supported; supported/);
  assert.match(refusalOf("constructor"), /"constructor" is not supported; supported/);
  assert.is(nearestType("x".repeat(100_000), supported), null);
});

test("each type loads, or has a reason why not", () => {
  for (const type of Object.keys(modelTypes)) {
    if (supported.includes(type)) continue;
    assert.ok(
      whyUnsupported(type)!.every((reason) => reason.length > 5),
      type,
    );
  }
});

test("docs/models.md has today's table", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/models.md"), "utf8");
  assert.ok(
    withTable(page, modelTypesTable()) === page,
    "run node --import tsx scripts/model-types.ts",
  );
});

test.run();
