/** What the first user of a tarball brings along: drawings, and a program in TypeScript. */
import { join } from "node:path";

/** Stroke icons of 24 pixels, no two alike. */
export function drawings(): { readonly name: string; readonly svg: string }[] {
  const shapes = ["cross", "square", "corner", "line"] as const;
  return shapes.flatMap((shape) =>
    [3, 5, 7, 9].map((size) => ({
      name: `${shape}-${size}.svg`,
      svg: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d="${path(shape, size)}"/></svg>\n`,
    })),
  );
}

function path(shape: "cross" | "square" | "corner" | "line", size: number): string {
  const [low, high] = [12 - size, 12 + size];
  switch (shape) {
    case "cross":
      return `M${low} 12H${high}M12 ${low}V${high}`;
    case "square":
      return `M${low} ${low}H${high}V${high}H${low}Z`;
    case "corner":
      return `M${low} ${low}V${high}H${high}`;
    case "line":
      return `M${low} ${high}L${high} ${low}`;
  }
}

export const program = `import {
  loadConfig, loadModel, PathloomError, printDrawing, resolveConfig, SvgGenerator, startEngine,
  tokenizerFromJSON, train, type Config, type TrainOptions,
} from "pathloom";
import { defaultSampling } from "pathloom/models";
import { parseDrawing } from "pathloom/svg";

const config: Config = loadConfig("quickstart", [{ path: "train.steps", text: "20" }]);
const options: Pick<TrainOptions, "config"> = { config: resolveConfig({ train: { steps: 1 } }) };
if (options.config.train.steps !== 1 || typeof train !== "function") throw new PathloomError("no train");
const { engine } = await startEngine("onnx");
const { model, tokenizer } = await loadModel(engine, {
  model: "runs/quickstart", adapter: undefined, notice: console.error,
});
const generator = new SvgGenerator(model, tokenizerFromJSON(tokenizer));
const [drawn] = generator.draw(["a cross"], { sampling: defaultSampling, seed: 1, maxTokens: null });
const svg = printDrawing(drawn!.drawing);
if (parseDrawing(svg, generator.tokenizer.canonical).drawing.elements.length === 0) throw new Error("empty");
console.log(\`drawn by \${config.train.steps} steps: \${svg}\`);
engine.dispose();
`;

/** @param root of the checkout, which has Node's types. */
export function tsconfig(root: string): string {
  return JSON.stringify({
    compilerOptions: {
      strict: true,
      target: "es2023",
      module: "nodenext",
      skipLibCheck: false,
      typeRoots: [join(root, "node_modules/@types")],
      types: ["node"],
    },
    files: ["program.ts"],
  });
}
