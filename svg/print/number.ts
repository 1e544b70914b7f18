/** Numbers as short as SVG allows: no leading zero, and no more digits than a drawing can show. */

/** Decimals of what is not an integer; canonical drawings need two at most. */
const decimals = 6;

export function formatNumber(value: number): string {
  if (Number.isInteger(value)) {
    const text = String(value);
    // From 1e21 on JavaScript writes an exponent, which SVG reads too.
    return value === 0 ? "0" : text;
  }
  if (!Number.isFinite(value)) return "0";
  const text = value.toFixed(decimals).replace(/\.?0+$/, "");
  if (text === "-0" || text === "") return "0";
  return text.replace(/^(-?)0\./, "$1.");
}

/** Numbers one after the other, with a blank only where two of them would become one. */
export function joinNumbers(numbers: readonly number[]): string {
  let before = "";
  const parts = numbers.map((number) => {
    const written = formatNumber(number);
    // What is appended to decides by its last number alone.
    const part = appendNumber(before, written).slice(before.length);
    before = written;
    return part;
  });
  return parts.join("");
}

/** `text` ends with a number, a command's letter or nothing. */
export function appendNumber(text: string, number: string): string {
  const first = number.charCodeAt(0);
  if (first === 45 || text === "" || !endsInNumber(text)) return text + number;
  if (first === 46 && hasPoint(text)) return text + number;
  return `${text} ${number}`;
}

function endsInNumber(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return (last >= 48 && last <= 57) || last === 46;
}

/** Whether the number at the end has a decimal point already. */
function hasPoint(text: string): boolean {
  for (let i = text.length - 1; i >= 0; i--) {
    const c = text.charCodeAt(i);
    if (c === 46) return true;
    if (c < 48 || c > 57) return false;
  }
  return false;
}
