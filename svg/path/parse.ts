/** Reads path data (SVG 2, section 9.3) into absolute segments, up to the first error. */
import { NumberReader } from "../read/number-reader.ts";
import type { SegmentList } from "./segments.ts";

export type PathFault = "none" | "error" | "limit";

/**
 * Appends to `segments`.
 * @returns `error` when the data are wrong from some place on, `limit` when there are more than
 *   `most` segments; what was read up to there is in `segments`.
 */
export function parsePath(data: string, segments: SegmentList, most: number): PathFault {
  parser.reset(data);
  return parser.parse(segments, most);
}

class PathParser {
  readonly #reader = new NumberReader();
  /** Arguments of the segment being read. */
  readonly #a = new Float64Array(7);

  reset(data: string): void {
    this.#reader.reset(data);
  }

  /** Reads `count` numbers, commas or white space between them, into the arguments. */
  #numbers(count: number): boolean {
    const reader = this.#reader;
    for (let i = 0; i < count; i++) {
      if (i > 0) reader.skipComma();
      if (!reader.number()) return false;
      this.#a[i] = reader.value;
    }
    return true;
  }

  #arcArguments(): boolean {
    const reader = this.#reader;
    if (!this.#numbers(3)) return false;
    for (let i = 3; i < 5; i++) {
      reader.skipComma();
      const flag = reader.flag();
      if (flag < 0) return false;
      this.#a[i] = flag;
    }
    for (let i = 5; i < 7; i++) {
      reader.skipComma();
      if (!reader.number()) return false;
      this.#a[i] = reader.value;
    }
    return true;
  }

  parse(segments: SegmentList, most: number): PathFault {
    const reader = this.#reader;
    const a = this.#a;
    const { text } = reader;
    /** The current point, the subpath's first, and the last control point for S and T. */
    let x = 0;
    let y = 0;
    let startX = 0;
    let startY = 0;
    let controlX = 0;
    let controlY = 0;
    /** Lower-case code of the last command, and whether it is relative. */
    let last = 0;
    const limit = segments.count + most;
    reader.skipSpace();
    while (!reader.atEnd) {
      const letter = text.charCodeAt(reader.position);
      const command = letter | 32;
      const relative = letter === command;
      // Nothing but a moveto may begin, and text that is no letter is no command.
      if (!(letter >= 65 && letter <= 122) || (last === 0 && command !== 109)) return "error";
      reader.position++;
      reader.skipSpace();
      if (command === 122) {
        if (segments.count >= limit) return "limit";
        segments.close();
        x = startX;
        y = startY;
        last = command;
        continue;
      }
      for (let first = true; ; first = false) {
        if (segments.count >= limit) return "limit";
        const dx = relative ? x : 0;
        const dy = relative ? y : 0;
        switch (command) {
          case 109:
            if (!this.#numbers(2)) return "error";
            x = a[0]! + dx;
            y = a[1]! + dy;
            if (first) {
              segments.move(x, y);
              startX = x;
              startY = y;
            } else segments.line(x, y);
            last = command;
            break;
          case 108:
            if (!this.#numbers(2)) return "error";
            x = a[0]! + dx;
            y = a[1]! + dy;
            segments.line(x, y);
            last = command;
            break;
          case 104:
            if (!this.#numbers(1)) return "error";
            x = a[0]! + dx;
            segments.line(x, y);
            last = command;
            break;
          case 118:
            if (!this.#numbers(1)) return "error";
            y = a[0]! + dy;
            segments.line(x, y);
            last = command;
            break;
          case 99: {
            if (!this.#numbers(6)) return "error";
            const x1 = a[0]! + dx;
            const y1 = a[1]! + dy;
            controlX = a[2]! + dx;
            controlY = a[3]! + dy;
            x = a[4]! + dx;
            y = a[5]! + dy;
            segments.cubic(x1, y1, controlX, controlY, x, y);
            last = command;
            break;
          }
          case 115: {
            if (!this.#numbers(4)) return "error";
            const smooth = last === 99 || last === 115;
            const x1 = smooth ? 2 * x - controlX : x;
            const y1 = smooth ? 2 * y - controlY : y;
            controlX = a[0]! + dx;
            controlY = a[1]! + dy;
            x = a[2]! + dx;
            y = a[3]! + dy;
            segments.cubic(x1, y1, controlX, controlY, x, y);
            last = command;
            break;
          }
          case 113:
            if (!this.#numbers(4)) return "error";
            controlX = a[0]! + dx;
            controlY = a[1]! + dy;
            x = a[2]! + dx;
            y = a[3]! + dy;
            segments.quadratic(controlX, controlY, x, y);
            last = command;
            break;
          case 116: {
            if (!this.#numbers(2)) return "error";
            const smooth = last === 113 || last === 116;
            controlX = smooth ? 2 * x - controlX : x;
            controlY = smooth ? 2 * y - controlY : y;
            x = a[0]! + dx;
            y = a[1]! + dy;
            segments.quadratic(controlX, controlY, x, y);
            last = command;
            break;
          }
          case 97:
            if (!this.#arcArguments()) return "error";
            x = a[5]! + dx;
            y = a[6]! + dy;
            segments.arc(a[0]!, a[1]!, a[2]!, a[3] === 1, a[4] === 1, x, y);
            last = command;
            break;
          default:
            return "error";
        }
        const comma = reader.skipComma();
        const c = text.charCodeAt(reader.position);
        const goesOn = (c >= 48 && c <= 57) || c === 45 || c === 46 || c === 43;
        if (!goesOn) {
          if (comma) return "error";
          break;
        }
      }
    }
    return "none";
  }
}

const parser = new PathParser();
