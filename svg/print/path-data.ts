/**
 * Prints path data: each segment in the shorter of its absolute and relative forms, with H, V, S and T
 * where they say the same, and without the letter where it repeats.
 */
import type { PathCommand } from "../drawing.ts";
import { appendNumber, formatNumber } from "./number.ts";

export function printPathData(commands: readonly PathCommand[]): string {
  const printer = new PathPrinter();
  for (const command of commands) printer.add(command);
  return printer.text;
}

/** A way of writing a segment. */
interface Form {
  readonly letter: string;
  /** The arguments, joined as closely as they can be. */
  readonly text: string;
}

class PathPrinter {
  #parts: string[] = [];
  /** What a number without a letter would repeat. */
  #repeats = "";
  /** The last arguments, which decide whether a blank is needed. */
  #tail = "";
  #x = 0;
  #y = 0;
  #startX = 0;
  #startY = 0;
  /** The last control point and the command it belongs to. */
  #controlX = 0;
  #controlY = 0;
  #control: "C" | "Q" | "" = "";

  get text(): string {
    return this.#parts.join("");
  }

  add(command: PathCommand): void {
    if (command.type === "Z") {
      this.#parts.push("z");
      this.#repeats = "";
      this.#tail = "z";
      this.#moveTo(this.#startX, this.#startY, "", 0, 0);
      return;
    }
    this.#write(this.#forms(command));
    const { x, y } = command;
    if (command.type === "M") {
      this.#startX = x;
      this.#startY = y;
    }
    if (command.type === "C") this.#moveTo(x, y, "C", command.x2, command.y2);
    else if (command.type === "Q") this.#moveTo(x, y, "Q", command.x1, command.y1);
    else this.#moveTo(x, y, "", 0, 0);
  }

  #moveTo(x: number, y: number, control: "C" | "Q" | "", controlX: number, controlY: number): void {
    this.#x = x;
    this.#y = y;
    this.#control = control;
    this.#controlX = controlX;
    this.#controlY = controlY;
  }

  #write(forms: readonly Form[]): void {
    let best = "";
    let chosen: Form | undefined;
    for (const form of forms) {
      const text = this.#glued(form);
      if (chosen === undefined || text.length < best.length) {
        best = text;
        chosen = form;
      }
    }
    if (chosen === undefined) return;
    this.#parts.push(best);
    this.#tail = best;
    const { letter } = chosen;
    this.#repeats = letter === "M" ? "L" : letter === "m" ? "l" : letter;
  }

  #glued({ letter, text }: Form): string {
    if (letter !== this.#repeats) return letter + text;
    return appendNumber(this.#tail, text).slice(this.#tail.length);
  }

  /** Shorter kinds first, as the first of equal length is taken; absolute before relative. */
  #forms(command: Exclude<PathCommand, { type: "Z" }>): Form[] {
    const { x, y } = command;
    switch (command.type) {
      case "M":
        return this.#both("M", [], [x, y]);
      case "L":
        if (y === this.#y) {
          return [form("H", [x]), form("h", [x - this.#x]), ...this.#both("L", [], [x, y])];
        }
        if (x === this.#x) {
          return [form("V", [y]), form("v", [y - this.#y]), ...this.#both("L", [], [x, y])];
        }
        return this.#both("L", [], [x, y]);
      case "Q": {
        const { x1, y1 } = command;
        const smooth = this.#reflects("Q", x1, y1) ? this.#both("T", [], [x, y]) : [];
        return [...smooth, ...this.#both("Q", [], [x1, y1, x, y])];
      }
      case "C": {
        const { x1, y1, x2, y2 } = command;
        const smooth = this.#reflects("C", x1, y1) ? this.#both("S", [], [x2, y2, x, y]) : [];
        return [...smooth, ...this.#both("C", [], [x1, y1, x2, y2, x, y])];
      }
      case "A":
        return this.#arc(command);
    }
  }

  /** Whether a smooth command would take this for its first control point. */
  #reflects(type: "C" | "Q", x1: number, y1: number): boolean {
    if (this.#control !== type) return x1 === this.#x && y1 === this.#y;
    return x1 === 2 * this.#x - this.#controlX && y1 === 2 * this.#y - this.#controlY;
  }

  #both(letter: string, before: readonly number[], points: readonly number[]): Form[] {
    const relative = points.map((value, i) => value - (i % 2 === 0 ? this.#x : this.#y));
    return [
      form(letter, [...before, ...points]),
      form(letter.toLowerCase(), [...before, ...relative]),
    ];
  }

  #arc(arc: PathCommand & { type: "A" }): Form[] {
    const { rx, ry, rotation, largeArc, sweep, x, y } = arc;
    const radii = [rx, ry, rotation].reduce((text, n) => appendNumber(text, formatNumber(n)), "");
    const flags = `${radii} ${largeArc ? 1 : 0}${sweep ? 1 : 0}`;
    const end = (u: number, v: number) => appendNumber(formatNumber(u), formatNumber(v));
    return [
      { letter: "A", text: flags + end(x, y) },
      { letter: "a", text: flags + end(x - this.#x, y - this.#y) },
    ];
  }
}

function form(letter: string, numbers: readonly number[]): Form {
  let text = "";
  for (const number of numbers) text = appendNumber(text, formatNumber(number));
  return { letter, text };
}
