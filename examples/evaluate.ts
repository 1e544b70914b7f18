/**
 * A tokenizer's round trip over a folder of icons: how many tokens, and whether each comes back as it was.
 *
 *   node --import tsx examples/evaluate.ts node_modules/lucide-static/icons 100
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createPathTokenizer, drawingsEqual, parseDrawing, strokeIconOptions } from "pathloom";

const [folder = "node_modules/lucide-static/icons", most = "100"] = process.argv.slice(2);

const tokenizer = createPathTokenizer({ options: strokeIconOptions });
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".svg"))
  .slice(0, Number(most));
let tokens = 0;
let same = 0;
for (const file of files) {
  const { drawing } = parseDrawing(readFileSync(join(folder, file), "utf8"), tokenizer.canonical);
  const ids = tokenizer.encode(drawing);
  tokens += ids.length;
  if (drawingsEqual(tokenizer.decode(ids), drawing)) same++;
}
console.log(
  `${same} of ${files.length} come back unchanged, ${(tokens / files.length).toFixed(1)} tokens each`,
);
