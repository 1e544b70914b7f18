/**
 * Real icons, broken at random: each is parsed or refused by a typed error, and what is parsed is
 * canonical. `FUZZ=1000000` tries that many; the seed is fixed, and a failure prints its text.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  drawingsEqual,
  isCanonical,
  parseDrawing,
  printDrawing,
  SvgError,
} from "../../svg/index.ts";

const trials = Number(process.env.FUZZ ?? 10_000);
const root = join(import.meta.dirname, "../..");

function load(folder: string, every: number): string[] {
  const path = join(root, folder);
  return readdirSync(path)
    .filter((file) => /^[\w-]+\.svg$/.test(file))
    .filter((_, i) => i % every === 0)
    .map((file) => readFileSync(join(path, file), "utf8"));
}

const sources = [
  ...load("node_modules/lucide-static/icons", 8),
  ...load("node_modules/@tabler/icons/icons/filled", 8),
  ...load("tests/fixtures/svg", 1),
];

const random = seedrandom("broken icons");
const below = (count: number) => Math.floor(random() * count);
const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;

/** Pieces that change the meaning of what they land in. */
const pieces = [
  ..."<>/\"'&;=-.,() \n\0%#:eMmLlHhVvCcSsQqTtAaZz09",
  "1e308",
  "1e-308",
  "NaN",
  "-0",
  "99999999999999999999",
  "<g>",
  "</g>",
  "<g transform='scale(0)'>",
  "<!--",
  "]]>",
  "&#10;",
  "&x;",
  "url(#a)",
  'transform="rotate(1e9 5)"',
  'style="fill:url(#a);stroke:hsl(1 2% 3%)"',
  "<use href='#a'/>",
  "\ud800",
  "\ufffe",
];

type Mutation = (text: string) => string;

const mutations: readonly Mutation[] = [
  (text) => cut(text, below(20)),
  (text) => insert(text, pick(pieces)),
  (text) => insert(cut(text, 1), pick(pieces)),
  (text) => insert(text, slice(text)),
  (text) => insert(text, slice(pick(sources))),
  (text) => text.slice(0, below(text.length)),
  (text) => text.replace(pick(numbersIn(text)), pick(["0", "-7", "1e9", "0.0001", ".5.5", "50%"])),
];

function cut(text: string, length: number): string {
  const at = below(text.length);
  return text.slice(0, at) + text.slice(at + length);
}

function insert(text: string, piece: string): string {
  const at = below(text.length);
  return text.slice(0, at) + piece + text.slice(at);
}

function slice(text: string): string {
  const at = below(text.length);
  return text.slice(at, at + below(60));
}

function numbersIn(text: string): string[] {
  return text.match(/-?\d*\.?\d+/g) ?? ["x"];
}

function mutate(text: string): string {
  const times = 1 + below(4);
  let mutated = text;
  for (let i = 0; i < times; i++) mutated = pick(mutations)(mutated);
  return mutated;
}

/** What became of the text. */
function attempt(text: string | Uint8Array): "parsed" | "refused" {
  try {
    const { drawing } = parseDrawing(text);
    assert.is(isCanonical(drawing), null);
    assert.ok(drawingsEqual(parseDrawing(printDrawing(drawing)).drawing, drawing), "reparsed");
    return "parsed";
  } catch (error) {
    if (error instanceof SvgError) return "refused";
    console.error(typeof text === "string" ? text : Buffer.from(text).toString("latin1"));
    throw error;
  }
}

test("broken text is parsed or refused", () => {
  const counts = { parsed: 0, refused: 0 };
  for (let i = 0; i < trials; i++) counts[attempt(mutate(pick(sources)))]++;
  // Both happen, else the mutations are too mild or too wild to show anything.
  assert.ok(counts.parsed > trials / 10 && counts.refused > trials / 10, JSON.stringify(counts));
});

test("broken bytes are parsed or refused", () => {
  for (let i = 0; i < trials / 10; i++) {
    const bytes = new TextEncoder().encode(pick(sources));
    for (let k = 0; k <= below(4); k++) bytes[below(bytes.length)] = below(256);
    attempt(bytes);
  }
});

test.run();
