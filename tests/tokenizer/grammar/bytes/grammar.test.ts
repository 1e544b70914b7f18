/** Grammars over bytes, lifted to tokens: what they accept, and how they end. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Automaton, AutomatonState } from "../../../../tokenizer/core/automaton.ts";
import {
  anyOf,
  ByteRules,
  border,
  choice,
  type Expression,
  fraction,
  GrammarError,
  integer,
  literal,
  optional,
  repeat,
  sequence,
  share,
  shown,
  symbol,
  TokenGrammar,
} from "../../../../tokenizer/grammar/bytes/index.ts";
import { GrammarAutomaton } from "../../../../tokenizer/grammar/index.ts";

const utf8 = new TextEncoder();
const endless = Number.POSITIVE_INFINITY;
const end = 256;

/** One token for each byte of an alphabet, then longer ones, then the one that ends. */
class Tokens {
  readonly texts: readonly string[];

  constructor(alphabet: string, ...longer: readonly string[]) {
    this.texts = [...alphabet, ...longer];
  }

  /** @param shows a test of the text of a whole drawing. */
  automaton(expression: Expression, shows = (_: string) => false): Automaton {
    const { texts } = this;
    const grammar = new TokenGrammar(sequence(expression, symbol(end, "end")), {
      size: texts.length + 1,
      symbols: 257,
      symbolsOf: (id) => (id === texts.length ? [end] : utf8.encode(texts[id])),
    });
    return new GrammarAutomaton(
      new ByteRules(grammar, (symbols) => shows(String.fromCharCode(...symbols.slice(0, -1)))),
    );
  }

  get end(): number {
    return this.texts.length;
  }

  id(text: string): number {
    return this.texts.indexOf(text);
  }
}

const digits = new Tokens("0123456789-. ");

/** Whether the automaton reads the text, one character a token, to the end. */
function accepts(automaton: Automaton, tokens: Tokens, text: string): boolean {
  const state = automaton.start(100);
  for (const character of text) {
    const id = tokens.id(character);
    if (!state.allows(id)) return false;
    state.accept(id);
  }
  return state.allows(tokens.end);
}

test("integers of a range, without leading zeros", () => {
  for (const [low, high] of [
    [0, 0],
    [0, 9],
    [1, 10],
    [0, 200],
    [25, 199],
    [7, 1024],
  ] as const) {
    const automaton = digits.automaton(sequence(shown(), integer(low, high)));
    for (let n = 0; n <= high + 20; n++) {
      assert.is(
        accepts(automaton, digits, String(n)),
        n >= low && n <= high,
        `${low} ${n} ${high}`,
      );
      assert.not(accepts(automaton, digits, `0${n}`));
    }
    assert.not(accepts(automaton, digits, ""));
  }
});

test("fractions end in no zero; shares are written as percentages of 1", () => {
  const two = digits.automaton(sequence(shown(), fraction(2)));
  for (const text of [".1", ".25", ".05"]) assert.ok(accepts(two, digits, text), text);
  for (const text of [".", ".0", ".10", ".123", "1"]) assert.not(accepts(two, digits, text), text);
  const shares = digits.automaton(sequence(shown(), share()));
  for (let percent = 0; percent <= 100; percent++) {
    assert.ok(accepts(shares, digits, String(percent / 100)), String(percent));
  }
  for (const text of ["1.0", "0.10", "0.123", "2"]) assert.not(accepts(shares, digits, text), text);
});

test("tokens may cross the borders of what the grammar names", () => {
  const tokens = new Tokens("ab12", "1b2", "ab", "2a", "b12");
  const automaton = tokens.automaton(
    sequence(
      shown(),
      repeat(1, endless, literal("a"), optional(anyOf("12")), literal("b"), anyOf("12")),
    ),
  );
  const state = automaton.start(50);
  const allowed = () => tokens.texts.filter((_, id) => state.allows(id));
  assert.equal(allowed(), ["a", "ab"]);
  state.accept(tokens.id("a"));
  assert.equal(
    allowed(),
    ["b", "1", "2", "1b2", "b12"].filter((text) => text !== "b12").sort(byId(tokens)),
  );
  state.accept(tokens.id("1b2"));
  assert.equal(allowed(), ["a", "ab"]);
  assert.ok(state.allows(tokens.end));
});

function byId(tokens: Tokens): (a: string, b: string) => number {
  return (a, b) => tokens.id(a) - tokens.id(b);
}

const nested = new Tokens("()ox", "((", "))", ")o", "o)");
const element = sequence(choice(literal("o"), sequence(literal("x"), shown())), border());
const groups = repeat(
  1,
  endless,
  repeat(0, endless, literal("(", "enter")),
  element,
  repeat(0, endless, literal(")", "leave")),
);

test("groups close as they open, and the end needs something shown outside of them", () => {
  const automaton = nested.automaton(groups);
  const ends = (text: string) => accepts(automaton, nested, text);
  for (const text of ["x", "(o)x", "((x)o)x", "ox"]) assert.ok(ends(text), text);
  for (const text of ["", "o", "(x", "(x)", "x)", "()x", "(((o)))"]) assert.not(ends(text), text);
});

test("what is not known to show is looked at, element by element, until something does", () => {
  const looks: string[] = [];
  const automaton = nested.automaton(groups, (text) => {
    looks.push(text);
    return text.includes("(o)");
  });
  const state = automaton.start(60);
  const accept = (text: string) => state.accept(nested.id(text));
  accept("o");
  assert.not(state.allows(nested.end));
  accept("((");
  accept("o)");
  // The group that is open is closed for the look.
  assert.not(state.allows(nested.end));
  accept(")");
  assert.ok(state.allows(nested.end));
  accept("o");
  accept("o");
  assert.ok(state.allows(nested.end));
  assert.equal([...new Set(looks)], ["o", "o((o))"]);
});

test("a token may end the element that shows and go on", () => {
  const tokens = new Tokens("oyz", "oz");
  const ending = (text: string) =>
    tokens.automaton(
      sequence(
        repeat(1, endless, choice(literal("o"), sequence(literal("y"), shown())), border()),
        literal("z"),
      ),
      (drawn) => drawn === text,
    );
  const oz = tokens.id("oz");
  assert.ok(ending("oz").start(20).allows(oz));
  assert.not(ending("never").start(20).allows(oz));
  for (const [text, logit] of [
    ["oz", 0],
    ["never", Number.NEGATIVE_INFINITY],
  ] as const) {
    const logits = new Float32Array(tokens.texts.length + 1);
    ending(text).start(20).mask(logits);
    assert.is(logits[oz], logit);
  }
});

test("facts that were said decide what may stand", () => {
  const tokens = new Tokens("+bc");
  const parts = choice(
    literal("+", { says: 1 }),
    literal("b", { requires: 1 }),
    sequence(literal("c"), shown()),
  );
  const automaton = tokens.automaton(repeat(1, endless, parts));
  const ends = (text: string) => accepts(automaton, tokens, text);
  for (const text of ["c", "+bc", "c+bb"]) assert.ok(ends(text), text);
  for (const text of ["b", "bc", "cb", "+b"]) assert.not(ends(text), text);
});

test("the ending is never longer than it says, and is reached by the tokens that are allowed", () => {
  const automaton = nested.automaton(groups);
  const endsWithin = (state: AutomatonState): boolean => {
    if (state.done) return true;
    for (let id = 0; id <= nested.end; id++) {
      if (!state.allows(id)) continue;
      const next = state.clone();
      next.accept(id);
      assert.ok(next.shortestEnding <= next.budget);
      if (endsWithin(next)) return true;
    }
    return false;
  };
  for (const text of ["", "o", "(o", "((o", "x", "(x", "((((x", "(o)((x", "x((o"]) {
    const whole = automaton.start(60);
    for (const character of text) whole.accept(nested.id(character));
    const { shortestEnding } = whole;
    const tight = automaton.start(text.length + shortestEnding);
    for (const character of text) tight.accept(nested.id(character));
    assert.is(tight.budget, shortestEnding);
    assert.ok(endsWithin(tight), text);
  }
  // `))` and `)`, and the end.
  const state = automaton.start(60);
  for (const character of "x(((o") state.accept(nested.id(character));
  assert.is(state.shortestEnding, 3);
});

test("a vocabulary that lacks a byte of the grammar is refused", () => {
  assert.throws(
    () => new Tokens("ab", "bc").automaton(sequence(shown(), literal("abc"))),
    (error: unknown) => error instanceof GrammarError && error.message.includes('"c"'),
  );
});

test.run();
