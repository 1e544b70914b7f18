/** The page's section on constrained decoding. */

import type { Tally } from "../../tests/tokenizer/random-drawings.ts";
import { count, percent, table } from "../measuring/page.ts";
import type { AcceptedFigures } from "./accepted.ts";

/** As `bench/mask-speed.ts` prints them for machines, in milliseconds. */
export interface MaskFigures {
  readonly name: string;
  readonly tokens: number;
  readonly building: number;
  readonly decoder: number;
  readonly inStep: number;
  readonly share: number;
  readonly first: { readonly mean: number };
  readonly second: { readonly mean: number; readonly most99: number };
}

export interface DecodingFigures {
  /** One for each set. */
  readonly accepted: readonly {
    readonly set: string;
    readonly files: number;
    readonly figures: ReadonlyMap<string, AcceptedFigures>;
  }[];
  readonly samples: readonly (Tally & { readonly name: string })[];
  readonly masks: readonly MaskFigures[];
  readonly machine: string;
}

export function decodingSection({ accepted, samples, masks, machine }: DecodingFigures): string {
  return `## Constrained decoding

An automaton masks the logits at every step, so that what is sampled decodes, parses, shows something and ends in
its budget of tokens. The grammar says what may be written. Whether anything of it can be seen is asked of the drawing
itself: when an element is complete and nothing is known to show yet, what stands so far is decoded, and its outlines
are laid on a raster of 64 x 64 points; from then on the drawing may end. Until then the automaton keeps room in the
budget for one element that surely shows.

### Real drawings are accepted

Drawings of the sets whose tokens, as they were encoded, the automaton takes one after the other:

${acceptedTable(accepted)}

${refusedFiles(accepted)}

All automata but that of OmniSVG's numbering take every canonical drawing that their vocabulary holds and in which
something shows; a property test tries thousands of generated ones, with points, dashes, opacities and gradients as far
off as canonical drawings have them. A drawing in which nothing shows is not taken by any.

### Random logits

${count(samples[0]?.drawn ?? 0)} drawings of each, from random logits and a fixed seed; a third of them with a budget of hardly more than
the shortest drawing. "Parses" means that the printed drawing parses and holds something, "shows" that resvg
paints a pixel of it, 96 pixels long.

${sampleTable(samples)}

\`npm run sample:tokenizer\` draws them again; a plain \`npm test\` draws 100 of each.

### What it costs

Milliseconds of a generation step: accepting a token and masking the logits, beside a decoder of GPT-2's smallest
shape (12 layers of 768, 50,257 tokens, random weights, a batch of one, the engine \`onnx\`), which reads the tokens of
real drawings. "First" and "second" are passes over 270 icons without the decoder: the first meets most places of the
grammar anew, the second finds them remembered. Building is done once a process. Measured on: ${machine}.

${maskTable(masks)}

The three were timed one after the other, on a machine that others used too. Of the shortest of the decoder's steps,
the longest of the automaton's is ${percent(longestShare(masks), 1)}.

\`node --import tsx bench/mask-speed.ts\` measures it again.`;
}

function longestShare(masks: readonly MaskFigures[]): number {
  const automaton = Math.max(...masks.map(({ inStep }) => inStep));
  return automaton / (automaton + Math.min(...masks.map(({ decoder }) => decoder)));
}

function acceptedTable(accepted: DecodingFigures["accepted"]): string {
  const names = [...accepted[0]!.figures.keys()];
  const rows = names.map((name) => [
    name.startsWith("path") ? name.replace("path", "`path`") : `\`${name}\``,
    ...accepted.map(({ files, figures }) => {
      const { accepted: taken, empty } = figures.get(name)!;
      const tried = files - empty;
      return tried === 0 ? "none held" : `${count(taken)} of ${count(tried)}`;
    }),
  ]);
  return table(["Accepted", ...accepted.map(({ set }) => set)], rows);
}

function refusedFiles(accepted: DecodingFigures["accepted"]): string {
  const files = new Set(
    accepted.flatMap(({ figures }) => [...figures.values()].flatMap(({ refused }) => refused)),
  );
  const held = "OmniSVG's way holds nothing of icons that are only stroked; they are not counted.";
  if (files.size === 0) return held;
  return `Refused are ${[...files].map((file) => `\`${file}\``).join(" and ")}. ${held}`;
}

function sampleTable(samples: DecodingFigures["samples"]): string {
  const rows = samples.map(({ name, parsed, shown, inBudget, tokens, drawn }) => [
    name.replace(/^(path|semantic|text)/, "`$1`"),
    ...[parsed, shown, inBudget].map(count),
    (tokens / drawn).toFixed(1),
  ]);
  return table(["Drawn under", "Parses", "Shows", "In budget", "Tokens each"], rows);
}

function maskTable(masks: readonly MaskFigures[]): string {
  const head = ["Automaton", "Tokens", "Decoder", "Automaton", "Share", "First", "Second", "99 %"];
  const rows = masks.map(({ name, tokens, decoder, inStep, share, first, second, building }) => [
    `\`${name}\``,
    count(tokens),
    decoder.toFixed(1),
    inStep.toFixed(3),
    percent(share, 2),
    first.mean.toFixed(3),
    second.mean.toFixed(3),
    second.most99.toFixed(2),
    building.toFixed(0),
  ]);
  return table([...head, "Building"], rows);
}
