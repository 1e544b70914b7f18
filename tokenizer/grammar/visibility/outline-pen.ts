/** Draws outlines by straight lines: curves in a few pieces, as a look at what shows needs no more. */
import type { PathCommand, Shape } from "../../../svg/index.ts";

/** How far pieces may lie from their curve, in shares of the canvas's longer side. */
const tolerance = 1 / 200;
const fewestPieces = { cubic: 8, arc: 16 } as const;
const mostPieces = 256;

export interface Arc {
  readonly rx: number;
  readonly ry: number;
  /** Degrees. */
  readonly rotation: number;
  readonly largeArc: boolean;
  readonly sweep: boolean;
}

export abstract class OutlinePen {
  readonly #tolerance: number;
  protected startX = 0;
  protected startY = 0;
  protected x = 0;
  protected y = 0;

  constructor(size: { readonly width: number; readonly height: number }) {
    this.#tolerance = tolerance * Math.max(size.width, size.height);
  }

  /** Begins a subpath. */
  moveTo(x: number, y: number): void {
    this.x = this.startX = x;
    this.y = this.startY = y;
  }

  /** Draws from `x` and `y`, and sets them. */
  abstract lineTo(x: number, y: number): void;

  close(): void {
    this.lineTo(this.startX, this.startY);
  }

  cubicTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    const x0 = this.x;
    const y0 = this.y;
    // Wang's formula, by the largest second difference of the control points.
    const bend = Math.max(
      Math.hypot(x0 - 2 * x1 + x2, y0 - 2 * y1 + y2),
      Math.hypot(x1 - 2 * x2 + x, y1 - 2 * y2 + y),
    );
    const pieces = this.#pieces(Math.sqrt((0.75 * bend) / this.#tolerance), fewestPieces.cubic);
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
    const x0 = this.x;
    const y0 = this.y;
    this.cubicTo((x0 + 2 * x1) / 3, (y0 + 2 * y1) / 3, (x + 2 * x1) / 3, (y + 2 * y1) / 3, x, y);
  }

  /** By the centre of the ellipse: SVG 2, appendix B.2.4. */
  arcTo(arc: Arc, x: number, y: number): void {
    const x0 = this.x;
    const y0 = this.y;
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
    // A chord over an angle of 2 a lies up to r (1 - cos a) off its arc.
    const half = Math.sqrt((2 * this.#tolerance) / Math.max(rx, ry));
    const pieces = this.#pieces(Math.abs(turn) / (2 * half), fewestPieces.arc);
    for (let i = 1; i < pieces; i++) {
      const at = from + (turn * i) / pieces;
      const dx = rx * (Math.cos(at) + centerX);
      const dy = ry * (Math.sin(at) + centerY);
      this.lineTo((x0 + x) / 2 + cos * dx - sin * dy, (y0 + y) / 2 + sin * dx + cos * dy);
    }
    this.lineTo(x, y);
  }

  #pieces(wanted: number, fewest: number): number {
    return Math.min(mostPieces, Math.max(fewest, Math.ceil(wanted)));
  }

  shape(shape: Shape): void {
    switch (shape.kind) {
      case "path":
        for (const command of shape.commands) this.command(command);
        return;
      case "circle":
        this.#ellipse(shape.cx, shape.cy, shape.r, shape.r);
        return;
      case "ellipse":
        this.#ellipse(shape.cx, shape.cy, shape.rx, shape.ry);
        return;
      case "rect":
        this.#rect(shape.x, shape.y, shape.width, shape.height, shape.rx, shape.ry);
        return;
      case "line":
        this.moveTo(shape.x1, shape.y1);
        this.lineTo(shape.x2, shape.y2);
        return;
      case "polyline":
      case "polygon":
        shape.points.forEach(({ x, y }, i) => {
          if (i === 0) this.moveTo(x, y);
          else this.lineTo(x, y);
        });
        if (shape.kind === "polygon") this.close();
    }
  }

  command(command: PathCommand): void {
    switch (command.type) {
      case "M":
        this.moveTo(command.x, command.y);
        return;
      case "L":
        this.lineTo(command.x, command.y);
        return;
      case "Q":
        this.quadraticTo(command.x1, command.y1, command.x, command.y);
        return;
      case "C":
        this.cubicTo(command.x1, command.y1, command.x2, command.y2, command.x, command.y);
        return;
      case "A":
        this.arcTo(command, command.x, command.y);
        return;
      case "Z":
        this.close();
    }
  }

  #ellipse(cx: number, cy: number, rx: number, ry: number): void {
    const half: Arc = { rx, ry, rotation: 0, largeArc: false, sweep: true };
    // Dashes begin here (SVG 2, section 10.3).
    this.moveTo(cx + rx, cy);
    this.arcTo(half, cx - rx, cy);
    this.arcTo(half, cx + rx, cy);
  }

  /** The corners' radii are cut down to half the sides. */
  #rect(x: number, y: number, width: number, height: number, rx: number, ry: number): void {
    const corner: Arc = {
      rx: Math.min(rx, width / 2),
      ry: Math.min(ry, height / 2),
      rotation: 0,
      largeArc: false,
      sweep: true,
    };
    const [right, bottom] = [x + width, y + height];
    this.moveTo(x + corner.rx, y);
    this.lineTo(right - corner.rx, y);
    this.arcTo(corner, right, y + corner.ry);
    this.lineTo(right, bottom - corner.ry);
    this.arcTo(corner, right - corner.rx, bottom);
    this.lineTo(x + corner.rx, bottom);
    this.arcTo(corner, x, bottom - corner.ry);
    this.lineTo(x, y + corner.ry);
    this.arcTo(corner, x + corner.rx, y);
  }
}
