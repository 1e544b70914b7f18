/** The lines that load an export in Python. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type ExportedFiles, loadingLines } from "../../src/runs/exporting/loading-lines.ts";

const files: ExportedFiles = {
  to: "adapters/icons",
  format: "peft",
  base: "models/gpt2",
  tokenizer: true,
  vocabularySize: 50_315,
  baseVocabularySize: 50_257,
};

test("a whole model is three lines", () => {
  assert.equal(loadingLines({ ...files, to: "models/icons", format: "hf" }).lines, [
    "from transformers import AutoModelForCausalLM, AutoTokenizer",
    'model = AutoModelForCausalLM.from_pretrained("models/icons")',
    'tokenizer = AutoTokenizer.from_pretrained("models/icons")',
  ]);
});

test("an adapter with rows of new tokens needs room for them, another does not", () => {
  assert.equal(loadingLines(files).lines, [
    "from peft import PeftModel; from transformers import AutoModelForCausalLM, AutoTokenizer",
    'model = AutoModelForCausalLM.from_pretrained("models/gpt2")',
    "model.resize_token_embeddings(50315, mean_resizing=False)  # room for new tokens",
    'model = PeftModel.from_pretrained(model, "adapters/icons")',
    'tokenizer = AutoTokenizer.from_pretrained("adapters/icons")',
  ]);
  const plain = loadingLines({ ...files, baseVocabularySize: 50_315, tokenizer: false }).lines;
  assert.not.match(plain.join(), /resize|AutoTokenizer/);
});

test.run();
