/**
 * Conditions of style sheets (Media Queries 4), for a picture on a screen of unknown size with the
 * settings that browsers begin with.
 */

/** null where the answer depends on the screen, or the condition is not understood. */
type Answer = boolean | null;

/** Features whose answer is known, by name, with the value for which it is yes. */
const features = new Map([
  ["prefers-color-scheme", "light"],
  ["prefers-reduced-motion", "no-preference"],
  ["prefers-reduced-transparency", "no-preference"],
  ["prefers-reduced-data", "no-preference"],
  ["prefers-contrast", "no-preference"],
  ["forced-colors", "none"],
  ["inverted-colors", "none"],
]);
const knownTypes = new Map<string, boolean>([
  ["all", true],
  ["screen", true],
]);
const maxDepth = 8;

/** The answer to a list of queries; an empty one holds. */
export function mediaHolds(list: string): Answer {
  const queries = list.toLowerCase().split(",");
  if (queries.length === 1 && queries[0]!.trim() === "") return true;
  return queries.map((query) => queryHolds(query.trim())).reduce(either);
}

const either = (a: Answer, b: Answer): Answer =>
  a === true || b === true ? true : a === null || b === null ? null : false;
const both = (a: Answer, b: Answer): Answer =>
  a === false || b === false ? false : a === null || b === null ? null : true;
const inverse = (a: Answer): Answer => (a === null ? null : !a);

function queryHolds(query: string): Answer {
  const typed = /^(?:(not|only)\s+)?([a-z][\w-]*)(?:\s+and\s+(.*))?$/s.exec(query);
  if (typed === null || typed[2] === "not") return conditionHolds(query, 0);
  const [, prefix, type = "", rest] = typed;
  const ofType = knownTypes.get(type) ?? false;
  const holds = rest === undefined ? ofType : both(ofType, conditionHolds(rest, 0));
  return prefix === "not" ? inverse(holds) : holds;
}

/** Brackets with `and` or `or` between them, or `not` before them. */
function conditionHolds(text: string, depth: number): Answer {
  if (depth > maxDepth) return null;
  if (/^not\b/.test(text)) return inverse(conditionHolds(text.slice(3).trim(), depth + 1));
  let answer: Answer | undefined;
  let rest = text.trim();
  let join: string | undefined;
  for (;;) {
    const close = rest.startsWith("(") ? bracketEnd(rest) : -1;
    if (close < 0) return null;
    const inside = rest.slice(1, close).trim();
    const nested = /^(\(|not\b)/.test(inside);
    const next = nested ? conditionHolds(inside, depth + 1) : featureHolds(inside);
    if (answer === undefined) answer = next;
    else answer = join === "or" ? either(answer, next) : both(answer, next);
    rest = rest.slice(close + 1).trim();
    if (rest === "") return answer;
    const word = /^(and|or)\b\s*/.exec(rest);
    if (word === null || (join !== undefined && join !== word[1])) return null;
    join = word[1];
    rest = rest.slice(word[0].length);
  }
}

function bracketEnd(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")" && --depth === 0) return i;
  }
  return -1;
}

function featureHolds(feature: string): Answer {
  const [name = "", value] = feature.split(":", 2).map((part) => part.trim());
  const known = features.get(name);
  if (known === undefined) return name === "color" && value === undefined ? true : null;
  // Without a value, whether it is set to anything but nothing.
  if (value === undefined) return known !== "none" && known !== "no-preference";
  return value === known;
}
