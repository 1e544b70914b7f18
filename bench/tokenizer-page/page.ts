/** The page docs/tokenizer.md: its words, and the tables that the measurements give. */

import { type DropReason, dropReasons } from "../../svg/index.ts";
import { count, percent, table } from "../measuring/page.ts";
import { type DecodingFigures, decodingSection } from "./decoding-section.ts";
import { grids, pictureSize, type SetFigures } from "./measure.ts";
import { type MergeFigures, mergeCount } from "./merged-runs.ts";

/** The speed of a set, as `bench/tokenizer.ts` prints it for machines. */
export interface SpeedFigures {
  readonly set: string;
  readonly contestants: readonly {
    readonly name: string;
    /** Megabytes of SVG text in a second of CPU time: the median round, the slowest, the fastest. */
    readonly median: number;
    readonly slowest: number;
    readonly fastest: number;
    /** How many times its rate ours is, the median of the rounds. */
    readonly ratio: number;
  }[];
}

export interface ReportFigures {
  readonly sets: readonly SetFigures[];
  /** One for each set. */
  readonly merges: readonly MergeFigures[];
  /** Name and version of each set's package. */
  readonly packages: readonly string[];
  readonly speed: readonly SpeedFigures[];
  readonly decoding: Omit<DecodingFigures, "machine">;
  readonly machine: string;
}

export function reportPage(figures: ReportFigures): string {
  const { sets, merges, packages, speed, decoding, machine } = figures;
  return `# The tokenizer, measured

A drawing is brought into its canonical form (\`svg\`) and written as tokens (\`tokenizer\`) in one of three
tokenizers: \`path\`, with a vocabulary of its own; \`semantic\`, LLM4SVG's tokens over a base model's tokenizer;
\`text\`, minified SVG over a base model's tokenizer. This page is what comes of every file of five installed sets:
${packages.join(", ")}. (Twemoji's graphics are by Twitter and its contributors, under
CC-BY 4.0.)

\`npm run report:tokenizer\` measures it all again and writes this page; \`npm run bench:tokenizer\` measures the speed
alone. \`SETS=all npm test -- sets\` checks the laws on every file, a plain \`npm test\` on all of Lucide and a sample of
the others.

## Round trip

A drawing counts as identical when decoding its tokens gives the very drawing that was encoded, number for number.
Each file was encoded and decoded in the seven ways listed under [Tokens](#tokens); for OmniSVG's way, what is
encoded is the drawing as far as its vocabulary can hold it.

${roundTripTable(sets)}

${refusals(sets)} What the canonical form cannot hold is dropped and counted;
under \`strict\` such a file is refused instead. The files that something was dropped from, by reason:

${droppedTable(sets)}

## Tokens

Mean tokens per drawing on a grid of 200, the token that opens the drawing and the one that ends it included; in
brackets the longest drawing of the set. \`semantic\`, \`text\` and LLM4SVG's way stand over GPT-2's tokenizer.

${tokenTable(sets)}

- A merged point is one token instead of two, for a vocabulary of 40,401 points instead of 201 coordinates.
- Relative steps take as many tokens as absolute coordinates; what they change is which: the same shape has the same
  tokens wherever it stands.
- **OmniSVG's way** is its vocabulary of 40,000 points, with lines, cubics and arcs, and a colour for each path. It
  has no strokes: its own preparation of data turns them into filled outlines. Here a stroke is counted as one filled
  path along the same line, which takes fewer tokens than its outline would, so for stroke icons the true figure is
  higher. It loses what \`path\` keeps: strokes, gradients, opacity, groups and the even-odd rule.
- **LLM4SVG's way** is its canvas of 128 units with relative path commands, numbers to two decimals, gradients
  replaced by their first colour, and groups flattened.
- **The file as it is** is its SVG text under GPT-2's tokenizer, white space and comments included.

Frequent runs of \`path\` tokens can be tokens of their own. With ${count(mergeCount)} runs learnt from every other drawing of a
set, the drawings between them, which nothing was learnt from, get shorter. (In Twemoji many of these are their
neighbours in another skin colour.)

${mergeTable(sets, merges)}

## Rendering

How far the rendering of the canonical drawing is from that of the file: the mean absolute difference over all
pixels and channels at ${pictureSize} pixels on white, in percent. Both are rendered by resvg. "Whole" is the worst error of a
drawing that nothing was dropped from: there the grid's rounding is all that differs.

${pixelTable(sets)}

The first three sets are drawn on 24 units, which 96 holds exactly four times over: whole and half units stay where
they are. On 200 most of them do not, so that edges which lay on the pixels' borders are blurred, though no coordinate
moves by more than a quarter of a pixel. The colour sets have finer detail, and gain from a finer grid throughout.
Tabler's worst on 96 are circles made of two arcs, whose rounded ends take the whole circle with them.

The worst two of each set on a grid of 96 and the worst two on 200: the file, its canonical drawing, and where they
differ. Of the flags, \`vu\` has lost a clip path, across which strokes run.

![The drawings with the largest pixel errors](images/tokenizer/worst.png)

${decodingSection({ ...decoding, machine })}

## Speed

Megabytes of SVG text read in a second of CPU time (all threads of the process counted, so a rate of one core): the
median of the rounds, in brackets the slowest and the fastest; then how many times that rate ours is, the median of
the ratios within a round. svgo parses and prints with no plugin; \`tokenizers\` is Hugging Face's library by its npm
package, encoding the same text by GPT-2's vocabulary in one thread. Measured on: ${machine}.

${speedTable(speed)}
`;
}

const oneDecimal = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
/** Never rounded up to all. */
const share = (value: number) => percent(value, value === 1 ? 0 : 3);
const sizeOf = (counts: ReadonlyMap<unknown, number>) =>
  [...counts.values()].reduce((a, b) => a + b, 0);

function roundTripTable(sets: readonly SetFigures[]): string {
  const head = ["Set", "Files", "MB", "Refused", "Something dropped", "Round trips", "Identical"];
  const rows = sets.map(({ name, files, bytes, refused, incomplete, tokens }) => {
    const ways = [...tokens.values()].filter(({ identical }) => identical !== null);
    const trips = ways.length * (files - sizeOf(refused));
    const identical = ways.reduce((sum, way) => sum + (way.identical ?? 0), 0);
    return [
      name,
      count(files),
      (bytes / 1e6).toFixed(2),
      String(sizeOf(refused)),
      incomplete === 0 ? "0" : `${incomplete} (${percent(incomplete / files, 2)})`,
      count(trips),
      share(identical / trips),
    ];
  });
  return table(head, rows);
}

function refusals(sets: readonly SetFigures[]): string {
  if (sets.every(({ refused }) => refused.size === 0)) return "No file of these sets is refused.";
  const lines = sets.flatMap(({ name, refused }) =>
    [...refused].map(([message, files]) => `- ${name}, ${files}: ${message}`),
  );
  return `Refused:\n\n${lines.join("\n")}\n\n`;
}

function droppedTable(sets: readonly SetFigures[]): string {
  const reasons = (Object.keys(dropReasons) as DropReason[]).filter((reason) =>
    sets.some(({ dropped }) => dropped.has(reason)),
  );
  const rows = reasons.map((reason) => [
    `\`${reason}\`: ${meaningOf(reason)}`,
    ...sets.map(({ dropped }) => String(dropped.get(reason) ?? 0)),
  ]);
  return table(["Reason", ...sets.map(({ name }) => name)], rows);
}

/** Without the property's name in front, where the reason is called by it. */
function meaningOf(reason: DropReason): string {
  const meaning = dropReasons[reason];
  return meaning.startsWith(`${reason}: `) ? meaning.slice(reason.length + 2) : meaning;
}

function tokenTable(sets: readonly SetFigures[]): string {
  const ways = [...sets[0]!.tokens.keys()];
  const rows = ways.map((way) => [
    way,
    ...sets.map(({ tokens }) => {
      const { mean, longest } = tokens.get(way)!;
      return `${mean.toLocaleString("en-US", oneDecimal)} (${count(longest)})`;
    }),
  ]);
  return table(["Tokens", ...sets.map(({ name }) => name)], rows);
}

function mergeTable(sets: readonly SetFigures[], merges: readonly MergeFigures[]): string {
  const rows = sets.map(({ name }, i) => {
    const { before, after, identical } = merges[i]!;
    const shorter = percent(1 - after / before, 1);
    return [name, before.toFixed(1), after.toFixed(1), shorter, share(identical)];
  });
  return table(["Set", "Tokens before", "after", "shorter by", "identical"], rows);
}

function pixelTable(sets: readonly SetFigures[]): string {
  const head = ["Set", ...grids.flatMap((grid) => [`${grid}: mean`, "whole", "worst"])];
  const rows = sets.map(({ name, pixels }) => [
    name,
    ...pixels.flatMap(({ mean, worstWhole, worst }) => [
      (100 * mean).toFixed(2),
      (100 * worstWhole).toFixed(2),
      (100 * (worst[0]?.error ?? 0)).toFixed(2),
    ]),
  ]);
  return table(head, rows);
}

function speedTable(speed: readonly SpeedFigures[]): string {
  const names = speed[0]!.contestants.map(({ name }) => name);
  const rows = speed.map(({ set, contestants }) => [
    set,
    ...contestants.map(({ median, slowest, fastest, ratio }, i) => {
      const rate = `${median.toFixed(1)} (${slowest.toFixed(1)} to ${fastest.toFixed(1)})`;
      return i === 0 ? rate : `${rate}, ${ratio.toFixed(2)} x`;
    }),
  ]);
  return table(["Set", ...names], rows);
}
