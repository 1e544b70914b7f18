/** Which merged runs may follow: what is remembered of kinds of places against a walk of every run. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Drawing, parseDrawing } from "../../../svg/index.ts";
import {
  createPathTokenizer,
  learnPathMerges,
  strokeIconOptions,
} from "../../../tokenizer/index.ts";
import type { PathPlace } from "../../../tokenizer/path/endings.ts";
import { createGrammar } from "../../../tokenizer/path/grammar.ts";
import { PathMerges } from "../../../tokenizer/path/merges.ts";
import { PathMoves } from "../../../tokenizer/path/moves.ts";
import { NextRuns } from "../../../tokenizer/path/next-runs.ts";
import { lucideIcons } from "../icons.ts";
import { randomNumbers } from "../sampling.ts";
import { configurations } from "./configurations.ts";
import { drawings } from "./drawings.ts";

/** As the grammar means it: token by token, on a copy of the place. */
function mayFollow(moves: PathMoves, place: PathPlace, budget: number, run: readonly number[]) {
  const walked = moves.clone(place);
  for (const token of run) {
    if (!moves.ids(walked, Number.POSITIVE_INFINITY).has(token)) return false;
    moves.take(walked, token);
  }
  return moves.ending(walked) < budget;
}

/** Compares in each place of the drawings, with little room and with much. @returns how much was compared. */
function compare(
  options: (typeof configurations)[string],
  all: readonly Drawing[],
  merges: number,
) {
  const plain = createPathTokenizer({ options });
  const { tokenizer } = learnPathMerges(plain, all, { merges, minimumFrequency: 2 });
  const grammar = createGrammar(tokenizer.layout);
  const { runs } = new PathMerges(tokenizer.layout, tokenizer.merges);
  const moves = new PathMoves(grammar, false);
  const next = new NextRuns(grammar, moves, runs);
  const random = randomNumbers(5);
  const counts = { allowed: 0, refused: 0 };
  for (const drawing of all) {
    const place = moves.start();
    const ids = plain.encode(drawing);
    for (const [i, id] of ids.entries()) {
      const slack = [4, 12, 30, 70, 300][Math.floor(random() * 5)]!;
      const budget = Math.max(moves.ending(place), ids.length - i) + slack;
      const found = next.at(place, budget);
      for (const [index, run] of runs.entries()) {
        const expected = mayFollow(moves, place, budget, run);
        if ((found[index] === 1) !== expected) {
          const names = (tokens: readonly number[]) =>
            tokens.map((each) => plain.vocabulary.token(each));
          assert.unreachable(
            `${names(run).join(" ")} ${expected ? "may" : "may not"} follow ${names(ids.slice(0, i)).join(" ")} with ${budget} tokens left`,
          );
        }
        counts[expected ? "allowed" : "refused"]++;
      }
      moves.take(place, id);
    }
  }
  return counts;
}

test("icons: the runs that may follow are those of the grammar, everywhere", () => {
  const { canonical } = createPathTokenizer({ options: strokeIconOptions });
  const icons = lucideIcons()
    .filter((_, i) => i % 60 === 0)
    .map(({ svg }) => parseDrawing(svg, canonical).drawing);
  const { allowed, refused } = compare(strokeIconOptions, icons, 120);
  assert.ok(allowed > 2000 && refused > 2000, `${allowed} allowed, ${refused} refused`);
});

for (const [name, options] of Object.entries(configurations)) {
  test(`${name}: so are those of drawings of every kind`, () => {
    const all = fc.sample(drawings(options), { numRuns: 9, seed: 3 });
    // Drawings twice make runs of what is seen once.
    const { allowed } = compare(options, [...all, ...all], 40);
    assert.ok(allowed > 50, `${allowed} allowed`);
  });
}

test("an arc that would end where it begins is none, within a run too", () => {
  const plain = createPathTokenizer({ options: strokeIconOptions });
  const arcs = [2, 20].map((x) => `<path d="M${x} 4A3 3 0 0 1 12 4L${x} 9"/>`).join("");
  const svg = `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor">${arcs}<path d="M2 2H12V4A3 3 0 0 1 20 4"/></svg>`;
  const { drawing } = parseDrawing(svg, plain.canonical);
  const { allowed, refused } = compare(strokeIconOptions, [drawing, drawing], 12);
  assert.ok(allowed > 0 && refused > 0);
});

test.run();
