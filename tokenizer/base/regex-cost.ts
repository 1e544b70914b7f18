/**
 * Regular expressions come from strangers' files, and one like `(a+)+$` takes exponential time on a short
 * text. Refused are groups that are repeated though they may match the same text in several ways: with a
 * repetition or a choice within. Published tokenizers have none; what is left is polynomial, and kept low
 * by counting the repetitions that follow one another.
 */
import { BaseTokenizerError } from "./base-tokenizer.ts";
import { short } from "./json.ts";

const longestPattern = 10_000;
/** Of repetitions without a small bound in one alternative; published ones have four. */
const mostRepetitions = 8;
/** A bound up to which a repetition is no more than so many copies. */
const fewCopies = 8;

/** What stands within a group. */
interface Group {
  /** Whether it can match texts of several lengths, or one in several ways. */
  varies: boolean;
  /** Unbounded repetitions of this alternative, and the most of one. */
  repetitions: number;
  most: number;
}

/** @throws BaseTokenizerError for a pattern whose time grows out of bounds. */
export function refuseCostly(pattern: string, place: string): void {
  const refuse = (why: string): never => {
    throw new BaseTokenizerError(
      place,
      `the pattern ${short(pattern)} ${why}, which may take forever`,
    );
  };
  if (pattern.length > longestPattern) refuse("is too long");
  const fresh = (): Group => ({ varies: false, repetitions: 0, most: 0 });
  const open: Group[] = [fresh()];
  let at = 0;
  let atom: Group | null = null;
  while (at < pattern.length) {
    const group = open.at(-1)!;
    const rest = pattern.slice(at, at + 24);
    const quantifier = quantifierAt(rest);
    if (quantifier !== null && atom !== null) {
      if (quantifier.most > 1 && atom.varies) refuse("repeats a group that repeats or chooses");
      if (quantifier.least !== quantifier.most) group.varies = true;
      if (quantifier.most > fewCopies) group.repetitions++;
      at += quantifier.length;
      atom = null;
    } else if (rest.startsWith("(")) {
      open.push(fresh());
      at += /^\(\?(?:<?[=!]|-?i?:|>)/.exec(rest)?.[0].length ?? 1;
      atom = null;
    } else if (rest.startsWith(")") && open.length > 1) {
      const closed = open.pop()!;
      const outer = open.at(-1)!;
      outer.repetitions += Math.max(closed.most, closed.repetitions);
      outer.varies ||= closed.varies;
      atom = closed;
      at++;
    } else if (rest.startsWith("|")) {
      group.varies = true;
      group.most = Math.max(group.most, group.repetitions);
      group.repetitions = 0;
      atom = null;
      at++;
    } else {
      atom = fresh();
      at += atomLength(pattern, at);
    }
    if (open.at(-1)!.repetitions > mostRepetitions) refuse("repeats too often");
  }
}

function quantifierAt(rest: string) {
  const found = /^(?:[*+?]|\{(\d*)(,?)(\d*)\})[?+]?/.exec(rest);
  if (found === null || found[0] === "{}") return null;
  const [text, low = "", comma = "", high = ""] = found;
  const sign = text[0];
  const unbounded = sign === "*" || sign === "+" || (comma === "," && high === "");
  const least = sign === "+" ? 1 : sign === "{" ? Number(low) : 0;
  const most = unbounded ? Number.POSITIVE_INFINITY : sign === "?" ? 1 : Number(high || low);
  return { length: text.length, least, most };
}

/** Of an escape, a class or a single character. */
function atomLength(pattern: string, at: number): number {
  if (pattern[at] === "\\") {
    return /^\\(?:[pPxu]\{[^}]*\}|.)/su.exec(pattern.slice(at, at + 80))?.[0].length ?? 1;
  }
  if (pattern[at] !== "[") return 1;
  let end = at + (pattern[at + 1] === "^" ? 2 : 1);
  while (end < pattern.length && pattern[end] !== "]") end += pattern[end] === "\\" ? 2 : 1;
  return end + 1 - at;
}
