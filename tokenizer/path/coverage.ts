/**
 * Whether a filled outline paints anything: winding numbers on 64 x 64 samples of the canvas, kept
 * up to date as segments come. A fill counts as visible when four neighbouring samples lie inside,
 * so that slivers, and outlines that cancel themselves, do not.
 */
const side = 64;
/** Samples lie off the integer grid, so that no edge between grid points runs along them. */
const phase = 0.4871;

export class Coverage {
  readonly #stepX: number;
  readonly #stepY: number;
  /** [side, side + 1]: what crossing edges add to the winding number, from each sample rightwards. */
  readonly #crossings: Int16Array;
  /** The answer of {@link visible}, until the next segment. */
  #known: { readonly evenOdd: boolean; readonly visible: boolean } | undefined;
  #startX = 0;
  #startY = 0;
  #x = 0;
  #y = 0;

  constructor(
    size: { readonly width: number; readonly height: number },
    crossings = new Int16Array(side * (side + 1)),
  ) {
    this.#stepX = size.width / side;
    this.#stepY = size.height / side;
    this.#crossings = crossings;
  }

  clone(): Coverage {
    const size = { width: this.#stepX * side, height: this.#stepY * side };
    const copy = new Coverage(size, this.#crossings.slice());
    copy.#startX = this.#startX;
    copy.#startY = this.#startY;
    copy.#x = this.#x;
    copy.#y = this.#y;
    return copy;
  }

  /** Begins a subpath; the one before is closed, as a fill closes it. */
  moveTo(x: number, y: number): void {
    this.#known = undefined;
    this.close();
    this.#x = this.#startX = x;
    this.#y = this.#startY = y;
  }

  close(): void {
    this.lineTo(this.#startX, this.#startY);
  }

  lineTo(x: number, y: number): void {
    this.#known = undefined;
    this.#edge(this.#crossings, this.#x, this.#y, x, y);
    this.#x = x;
    this.#y = y;
  }

  cubicTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    const x0 = this.#x;
    const y0 = this.#y;
    const pieces = 8;
    for (let i = 1; i <= pieces; i++) {
      const t = i / pieces;
      const s = 1 - t;
      const a = s * s * s;
      const b = 3 * s * s * t;
      const c = 3 * s * t * t;
      const d = t * t * t;
      this.lineTo(a * x0 + b * x1 + c * x2 + d * x, a * y0 + b * y1 + c * y2 + d * y);
    }
  }

  quadraticTo(x1: number, y1: number, x: number, y: number): void {
    const x0 = this.#x;
    const y0 = this.#y;
    this.cubicTo((x0 + 2 * x1) / 3, (y0 + 2 * y1) / 3, (x + 2 * x1) / 3, (y + 2 * y1) / 3, x, y);
  }

  /** By the centre of the ellipse: SVG 2, appendix B.2.4. */
  arcTo(arc: Arc, x: number, y: number): void {
    const x0 = this.#x;
    const y0 = this.#y;
    if ((x0 === x && y0 === y) || arc.rx === 0 || arc.ry === 0) {
      this.lineTo(x, y);
      return;
    }
    const angle = (arc.rotation * Math.PI) / 180;
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const halfX = (cos * (x0 - x) + sin * (y0 - y)) / 2;
    const halfY = (cos * (y0 - y) - sin * (x0 - x)) / 2;
    const reach = Math.sqrt((halfX / arc.rx) ** 2 + (halfY / arc.ry) ** 2);
    const rx = arc.rx * Math.max(1, reach);
    const ry = arc.ry * Math.max(1, reach);
    const apart = (halfX / rx) ** 2 + (halfY / ry) ** 2;
    const toCenter = Math.sqrt(Math.max(0, 1 / apart - 1)) * (arc.largeArc === arc.sweep ? -1 : 1);
    // The centre and both ends where the ellipse is the unit circle.
    const centerX = (toCenter * halfY) / ry;
    const centerY = (-toCenter * halfX) / rx;
    const from = Math.atan2(halfY / ry - centerY, halfX / rx - centerX);
    let turn = Math.atan2(-halfY / ry - centerY, -halfX / rx - centerX) - from;
    if (arc.sweep && turn < 0) turn += 2 * Math.PI;
    if (!arc.sweep && turn > 0) turn -= 2 * Math.PI;
    const pieces = 16;
    for (let i = 1; i < pieces; i++) {
      const at = from + (turn * i) / pieces;
      const dx = rx * (Math.cos(at) + centerX);
      const dy = ry * (Math.sin(at) + centerY);
      this.lineTo((x0 + x) / 2 + cos * dx - sin * dy, (y0 + y) / 2 + sin * dx + cos * dy);
    }
    this.lineTo(x, y);
  }

  /** Whether the fill of what was drawn so far, with the open subpath closed, can be seen. */
  visible(evenOdd: boolean): boolean {
    if (this.#known === undefined || this.#known.evenOdd !== evenOdd) {
      this.#known = { evenOdd, visible: this.#holdsBlock(evenOdd) };
    }
    return this.#known.visible;
  }

  /** Whether four neighbouring samples lie inside. */
  #holdsBlock(evenOdd: boolean): boolean {
    const crossings = this.#crossings.slice();
    this.#edge(crossings, this.#x, this.#y, this.#startX, this.#startY);
    /** By column, for the row above: whether its sample is inside. */
    const above = new Uint8Array(side);
    for (let row = 0; row < side; row++) {
      let winding = 0;
      let lastPair = 0;
      for (let column = 0; column < side; column++) {
        winding += crossings[row * (side + 1) + column]!;
        const inside = (evenOdd ? (winding & 1) !== 0 : winding !== 0) ? 1 : 0;
        const pair = inside & above[column]!;
        if ((pair & lastPair) === 1) return true;
        lastPair = pair;
        above[column] = inside;
      }
    }
    return false;
  }

  #edge(crossings: Int16Array, x0: number, y0: number, x1: number, y1: number): void {
    if (y0 === y1) return;
    const direction = y1 > y0 ? 1 : -1;
    const top = Math.min(y0, y1) / this.#stepY - phase;
    const bottom = Math.max(y0, y1) / this.#stepY - phase;
    const firstRow = Math.max(0, Math.ceil(top));
    const lastRow = Math.min(side - 1, Math.ceil(bottom) - 1);
    const slope = (x1 - x0) / (y1 - y0);
    for (let row = firstRow; row <= lastRow; row++) {
      const x = x0 + slope * ((row + phase) * this.#stepY - y0);
      const column = Math.min(side, Math.max(0, Math.ceil(x / this.#stepX - phase)));
      const at = row * (side + 1) + column;
      crossings[at] = crossings[at]! + direction;
    }
  }
}

export interface Arc {
  readonly rx: number;
  readonly ry: number;
  /** Degrees. */
  readonly rotation: number;
  readonly largeArc: boolean;
  readonly sweep: boolean;
}
