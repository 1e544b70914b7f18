/**
 * A path before rounding: absolute segments in two flat arrays that are used again for every path of
 * a drawing. A segment begins where the one before it ends.
 */
export const segment = { move: 0, line: 1, quadratic: 2, cubic: 3, arc: 4, close: 5 } as const;

/** Values of a segment by its type; those of an arc are rx, ry, rotation, large, sweep, x, y. */
export const segmentLength = [2, 2, 4, 6, 7, 0] as const;

export class SegmentList {
  types = new Uint8Array(64);
  values = new Float64Array(256);
  /** Number of segments. */
  count = 0;
  /** Number of values. */
  size = 0;

  clear(): void {
    this.count = 0;
    this.size = 0;
  }

  /** Appends a segment and returns where its values are to be written. */
  append(type: number): number {
    if (this.count === this.types.length) {
      const types = new Uint8Array(2 * this.count);
      types.set(this.types);
      this.types = types;
    }
    const at = this.size;
    const size = at + segmentLength[type]!;
    if (size > this.values.length) {
      const values = new Float64Array(2 * this.values.length);
      values.set(this.values);
      this.values = values;
    }
    this.types[this.count++] = type;
    this.size = size;
    return at;
  }

  move(x: number, y: number): void {
    this.#point(segment.move, x, y);
  }

  line(x: number, y: number): void {
    this.#point(segment.line, x, y);
  }

  #point(type: number, x: number, y: number): void {
    const at = this.append(type);
    this.values[at] = x;
    this.values[at + 1] = y;
  }

  quadratic(x1: number, y1: number, x: number, y: number): void {
    const at = this.append(segment.quadratic);
    const { values } = this;
    values[at] = x1;
    values[at + 1] = y1;
    values[at + 2] = x;
    values[at + 3] = y;
  }

  cubic(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    const at = this.append(segment.cubic);
    const { values } = this;
    values[at] = x1;
    values[at + 1] = y1;
    values[at + 2] = x2;
    values[at + 3] = y2;
    values[at + 4] = x;
    values[at + 5] = y;
  }

  /** The rotation is in degrees. */
  arc(
    rx: number,
    ry: number,
    rotation: number,
    large: boolean,
    sweep: boolean,
    x: number,
    y: number,
  ): void {
    const at = this.append(segment.arc);
    const { values } = this;
    values[at] = rx;
    values[at + 1] = ry;
    values[at + 2] = rotation;
    values[at + 3] = large ? 1 : 0;
    values[at + 4] = sweep ? 1 : 0;
    values[at + 5] = x;
    values[at + 6] = y;
  }

  close(): void {
    this.append(segment.close);
  }
}
