/**
 * Draws captions with a run, a checkpoint or a folder in the Hugging Face layout.
 *
 *   node --import tsx examples/generate.ts runs/example "arrow right" "heart"
 */
import { loadModel, printDrawing, SvgGenerator, startEngine, tokenizerFromJSON } from "pathloom";

const [source = "runs/example", ...captions] = process.argv.slice(2);

const { engine } = await startEngine("auto");
const { model, tokenizer } = await loadModel(engine, {
  model: source,
});
const generator = new SvgGenerator(model, tokenizerFromJSON(tokenizer));
const drawings = generator.draw(captions.length > 0 ? captions : ["arrow right"], {
  sampling: { temperature: 0.3, topK: 0, topP: 0.95, repetitionPenalty: 1 },
  seed: 1,
  maxTokens: null,
});
for (const { prompt, drawing } of drawings)
  console.log(`<!-- ${prompt} -->\n${printDrawing(drawing)}`);
engine.dispose();
