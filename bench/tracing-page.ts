/**
 * Traces rendered icons back, by several settings, and writes the table and the sheet of docs/tracing.md:
 * `node --import tsx bench/tracing-page.ts`. Rows of Potrace stay as they are where the system has none.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resolveConfig, type TraceConfigInput } from "../src/config/index.ts";
import {
  openTracer,
  type TracedImage,
  TraceError,
  traceImage,
  traceSheet,
} from "../src/trace/index.ts";
import { type Drawing, parseDrawing } from "../svg/index.ts";
import { encodePng, pixelError, renderPixels } from "../svg/render/index.ts";
import { iconSets, readIcons } from "../tests/sets/icon-sets.ts";
import { createPathTokenizer } from "../tokenizer/index.ts";

const page = join(import.meta.dirname, "../docs/tracing.md");
const picture = join(import.meta.dirname, "../docs/images/tracing.png");
const perSet = 12;
const size = 512;
const tokenizer = createPathTokenizer({});

interface Sample {
  readonly name: string;
  readonly svg: string;
  readonly set: "filled" | "emoji";
}

function samples(set: Sample["set"], name: (typeof iconSets)[number]["name"]): Sample[] {
  const icons = readIcons(iconSets.find((each) => each.name === name)!);
  const step = Math.floor(icons.length / perSet);
  return Array.from({ length: perSet }, (_, i) => {
    const { file, svg } = icons[i * step]!;
    return { name: file.replace(/\.svg$/, ""), svg: svg.replaceAll("currentColor", "#000"), set };
  });
}

const all = [...samples("filled", "Tabler filled"), ...samples("emoji", "Twemoji")];

interface Setting {
  readonly says: string;
  readonly set: Sample["set"];
  readonly trace: TraceConfigInput;
}

const settings: readonly Setting[] = [
  { says: "`colors: 1`", set: "filled", trace: { colors: 1 } },
  {
    says: "`colors: 1`, `tracer: potrace`",
    set: "filled",
    trace: { colors: 1, tracer: "potrace" },
  },
  { says: "`colors: 1`, `tolerance: 1`", set: "filled", trace: { colors: 1, tolerance: 1 } },
  { says: "`colors: 1`, `maxTokens: 128`", set: "filled", trace: { colors: 1, maxTokens: 128 } },
  { says: "`colors: 8`", set: "emoji", trace: {} },
  { says: "`colors: 8`, `tracer: potrace`", set: "emoji", trace: { tracer: "potrace" } },
  { says: "`colors: 4`", set: "emoji", trace: { colors: 4 } },
  { says: "`colors: 8`, `tolerance: 1`", set: "emoji", trace: { tolerance: 1 } },
  { says: "`colors: 8`, `maxTokens: 512`", set: "emoji", trace: { maxTokens: 512 } },
];

function imageOf({ svg }: Sample, inverted = false): Uint8Array {
  const pixels = renderPixels(svg, { size, background: "#ffffff" });
  if (!inverted) return encodePng(pixels);
  const data = pixels.data.map((value, i) => (i % 4 === 3 ? value : 255 - value));
  return encodePng({ ...pixels, data });
}

function look(drawing: Drawing) {
  return renderPixels(drawing, { size: 192, background: "#ffffff" });
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

async function tracerOrNull(name: Parameters<typeof openTracer>[0]) {
  try {
    return await openTracer(name);
  } catch (error) {
    if (error instanceof TraceError) return null;
    throw error;
  }
}

const rows: string[] = [];
const shown: { sample: Sample; traced: TracedImage }[] = [];
for (const { says, set, trace } of settings) {
  const { trace: resolved } = resolveConfig({ trace: { size, ...trace } });
  const tracer = await tracerOrNull(resolved.tracer);
  const name = set === "filled" ? "Tabler filled" : "Twemoji";
  if (tracer === null) {
    const before = `| ${name} | ${says} | `;
    rows.push(
      readFileSync(page, "utf8")
        .split("\n")
        .find((row) => row.startsWith(before))!,
    );
    console.log("as before:", rows.at(-1));
    continue;
  }
  const traced: TracedImage[] = [];
  const own: number[] = [];
  for (const sample of all.filter((each) => each.set === set)) {
    try {
      const options = { tokenizer, settings: resolved, tracer };
      const result = await traceImage(imageOf(sample), options, sample.name);
      traced.push(result);
      own.push(tokenizer.encode(parseDrawing(sample.svg, tokenizer.canonical).drawing).length);
      if (trace.maxTokens !== undefined || says.includes("potrace") || says.includes("tolerance"))
        continue;
      if (says !== "`colors: 4`") shown.push({ sample, traced: result });
    } catch (error) {
      console.error((error as Error).message);
    }
  }
  const cells = [
    name,
    says,
    `${traced.length} of ${perSet}`,
    mean(own).toFixed(0),
    mean(traced.map(({ tokens }) => tokens)).toFixed(0),
    mean(traced.map(({ error }) => error)).toFixed(4),
    Math.max(...traced.map(({ error }) => error)).toFixed(4),
  ];
  rows.push(`| ${cells.join(" | ")} |`);
  console.log(rows.at(-1));
}

let same = 0;
const apart: number[] = [];
const filled = all.filter(({ set }) => set === "filled");
for (const sample of filled) {
  const { trace } = resolveConfig({ trace: { colors: 1, size } });
  const light = await traceImage(imageOf(sample), { tokenizer, settings: trace });
  const dark = await traceImage(imageOf(sample, true), { tokenizer, settings: trace });
  const off = (4 / 3) * pixelError(look(light.drawing), look(dark.drawing));
  if (off === 0 && light.tokens === dark.tokens) same++;
  apart.push(off);
}
const dark = `Of the ${filled.length} filled icons in white on black, ${same} give the very drawing of the black ones on white; the largest difference of the pictures is ${Math.max(...apart).toFixed(4)}.`;
console.log(dark);

const figures = [
  "| images | settings | traced | tokens of the icon | tokens of the trace | mean error | largest |",
  "|---|---|--:|--:|--:|--:|--:|",
  ...rows,
  "",
  dark,
].join("\n");
const text = readFileSync(page, "utf8");
writeFileSync(
  page,
  text.replace(
    /(<!-- figures -->\n)[\s\S]*(\n<!-- end -->)/,
    (_, start, end) => `${start}${figures}${end}`,
  ),
);
const pairs = shown
  .filter((_, i) => i % 2 === 0)
  .map(({ sample, traced }) => ({
    image: encodePng(renderPixels(sample.svg, { size: 160, background: "#ffffff" })),
    drawing: traced.drawing,
    lines: [sample.name.slice(0, 30), `${traced.tokens} tokens, error ${traced.error.toFixed(4)}`],
  }));
writeFileSync(picture, traceSheet(pairs));
