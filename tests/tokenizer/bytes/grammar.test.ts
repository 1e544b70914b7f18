/** Grammars over bytes, lifted to tokens: what they accept, and how they end. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { AutomatonState } from "../../../tokenizer/automaton.ts";
import {
  anyOf,
  ByteAutomaton,
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
} from "../../../tokenizer/bytes/index.ts";

const utf8 = new TextEncoder();
const endless = Number.POSITIVE_INFINITY;
const end = 256;

/** One token for each byte of an alphabet, then longer ones, then the one that ends. */
class Tokens {
  readonly texts: readonly string[];

  constructor(alphabet: string, ...longer: readonly string[]) {
    this.texts = [...alphabet, ...longer];
  }

  automaton(expression: Expression): ByteAutomaton {
    const { texts } = this;
    const grammar = new TokenGrammar(sequence(expression, symbol(end, "end")), {
      size: texts.length + 1,
      symbols: 257,
      symbolsOf: (id) => (id === texts.length ? [end] : utf8.encode(texts[id])),
    });
    return new ByteAutomaton(grammar);
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
function accepts(automaton: ByteAutomaton, tokens: Tokens, text: string): boolean {
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
  for (const low of [0, 1, 10] as const) {
    for (const high of [99, 100] as const) {
      const automaton = digits.automaton(sequence(shown(), share(low, high)));
      for (let percent = 0; percent <= 100; percent++) {
        const text = String(percent / 100);
        assert.is(accepts(automaton, digits, text), percent >= low && percent <= high, text);
      }
    }
  }
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
const element = choice(literal("o"), sequence(literal("x"), shown()));
const groups = repeat(
  1,
  endless,
  repeat(0, endless, literal("(", "enter")),
  element,
  repeat(0, endless, literal(")", "leave")),
);

test("groups close as they open, and the end needs something shown", () => {
  const automaton = nested.automaton(groups);
  const ends = (text: string) => accepts(automaton, nested, text);
  for (const text of ["x", "(x)", "((x)o)x", "ox"]) assert.ok(ends(text), text);
  for (const text of ["", "o", "(x", "x)", "()x", "(((o)))", "((((o))))"]) {
    assert.not(ends(text), text);
  }
});

test("facts that are said or denied decide what shows and what may stand", () => {
  const tokens = new Tokens("+-abc");
  const said = 1;
  const switches = choice(literal("+", { says: said }), literal("-", { denies: said }));
  const shows = choice(
    sequence(literal("a"), shown(said)),
    literal("b", { requires: said }),
    // An ending must be there whatever the facts are.
    sequence(literal("c"), shown()),
  );
  const automaton = tokens.automaton(repeat(1, endless, choice(switches, shows)));
  const ends = (text: string) => accepts(automaton, tokens, text);
  for (const text of ["+a", "+-+a", "+ba", "c"]) assert.ok(ends(text), text);
  for (const text of ["a", "+-a", "b", "+-bc", "+b", "bc"]) assert.not(ends(text), text);
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
  for (const text of ["", "o", "(o", "((o", "x", "(x", "((((x", "(o)((x"]) {
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
  for (const character of "(((x") state.accept(nested.id(character));
  assert.is(state.shortestEnding, 3);
});

test("a vocabulary that lacks a byte of the grammar is refused", () => {
  assert.throws(
    () => new Tokens("ab", "bc").automaton(sequence(shown(), literal("abc"))),
    (error: unknown) => error instanceof GrammarError && error.message.includes('"c"'),
  );
});

test.run();
