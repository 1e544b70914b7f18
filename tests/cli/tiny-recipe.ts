/** A recipe that trains in a second: a dozen icons, one layer, six steps. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const source = join(import.meta.dirname, "../../node_modules/lucide-static/icons");

const names = [
  ...["arrow-up", "arrow-down", "arrow-right", "check", "chevron-down", "chevron-up", "circle"],
  ...["house", "heart", "mail", "minus", "plus", "square", "star", "x", "zoom-in", "zoom-out"],
];

const ownSections = {
  tokenizer: "{ captionVocabulary: 260, grid: 48, colors: current, initial: stroked }",
  model: "{ layers: 1, hiddenSize: 16, heads: 2, contextLength: 96 }",
};

/**
 * Writes the recipe and its icons into a folder.
 * @param sections in place of the recipe's own, as YAML.
 * @returns the recipe's file.
 */
export function tinyRecipe(folder: string, sections: Partial<typeof ownSections> = {}): string {
  const { tokenizer, model } = { ...ownSections, ...sections };
  const icons = join(folder, "icons");
  mkdirSync(icons);
  for (const name of names) copyFileSync(join(source, `${name}.svg`), join(icons, `${name}.svg`));
  const file = join(folder, "tiny.yaml");
  writeFileSync(
    file,
    `data: { source: ${JSON.stringify(icons)}, heldOut: 0.3 }
tokenizer: ${tokenizer}
model: ${model}
train: { steps: 6, batchSize: 4, warmupSteps: 2, evalEvery: 3, saveEvery: 2 }
generate: { samples: 3, prompts: [arrow up, heart] }
report: { logEvery: 2, cellSize: 64 }
`,
  );
  return file;
}
