/** A place in the grammar of OmniSVG's tokens: what may follow there, and how few tokens end a drawing. */

import type { Appearance } from "../../svg/index.ts";
import { AllowedIds } from "../grammar/index.ts";
import { type ElementVisibility, visibilityOf } from "../grammar/visibility/index.ts";
import { arcParameters, canvas, type OmniSvgNumbers } from "./numbering.ts";

type Slot = "first" | "last" | "start" | "point" | "radii" | "rotation" | "flag";
type Command = "moveto" | "lineto" | "curve" | "arc" | "close";

const slotsOf: Readonly<Record<Command, readonly Slot[]>> = {
  moveto: ["last", "point"],
  lineto: ["point"],
  curve: ["point", "point", "point"],
  arc: ["radii", "rotation", "flag", "flag", "point"],
  close: ["start"],
};
const commands = ["moveto", "lineto", "curve", "arc", "close"] as const;

/** `L` and a point. */
const lineTokens = 2;
/** The shortest path that a fill makes visible, a triangle: `M` and two points, two lines, a color. */
const triangleTokens = 3 + 2 * lineTokens + 1;
/** Length of the triangle's sides. */
const side = canvas / 4;

/** Of every path that is painted. */
const filled: Appearance = {
  fill: { kind: "currentColor" },
  fillRule: "nonzero",
  fillOpacity: 100,
  stroke: null,
  opacity: 100,
};

function newOutline(): ElementVisibility {
  return visibilityOf({ width: canvas, height: canvas }, filled, 1);
}

export class OmniSvgPlace {
  readonly #numbers: OmniSvgNumbers;
  #mode: "opening" | "body" | "path" | "done" = "opening";
  #command: Command = "moveto";
  #slots: readonly Slot[] = [];
  #slot = 0;
  /** Points and parameters in the slots that are filled. */
  #values: number[] = [];
  /** Points as y * 200 + x. */
  #last = 0;
  #start = 0;
  /** Whether something that surely shows was painted, and whether the open path would show. */
  #visible = false;
  #shows = false;
  /** Whether the open subpath has a command, and whether a closepath may follow: not on another. */
  #drawn = false;
  #closable = false;
  /** Sides of the shortest visible path that are drawn; -1 on another way. */
  #triangle = -1;
  #outline = newOutline();

  constructor(numbers: OmniSvgNumbers) {
    this.#numbers = numbers;
  }

  get done(): boolean {
    return this.#mode === "done";
  }

  get ending(): number {
    const open = this.#slots.length - this.#slot;
    return open === 0
      ? this.#ending()
      : open + this.#endingAfter(this.#command, this.#onTriangle());
  }

  clone(): OmniSvgPlace {
    const copy = new OmniSvgPlace(this.#numbers);
    copy.#mode = this.#mode;
    copy.#command = this.#command;
    copy.#slots = this.#slots;
    copy.#slot = this.#slot;
    copy.#values = this.#values.slice();
    copy.#last = this.#last;
    copy.#start = this.#start;
    copy.#visible = this.#visible;
    copy.#shows = this.#shows;
    copy.#drawn = this.#drawn;
    copy.#closable = this.#closable;
    copy.#triangle = this.#triangle;
    copy.#outline = this.#outline.clone();
    return copy;
  }

  take(id: number): void {
    if (this.#slot < this.#slots.length) this.#fill(id);
    else this.#advance(id);
  }

  #ending(): number {
    switch (this.#mode) {
      case "done":
        return 0;
      case "opening":
        return 1 + triangleTokens + 1;
      case "body":
        return (this.#visible ? 0 : triangleTokens) + 1;
      case "path":
        return this.#pathEnding();
    }
  }

  #pathEnding(): number {
    const line = this.#drawn ? 0 : lineTokens;
    if (this.#visible || this.#shows) return line + 2;
    if (this.#triangle >= 0) return (2 - this.#triangle) * lineTokens + 2;
    return line + 1 + triangleTokens + 1;
  }

  /** The shortest ending behind a command's slots, filled along the triangle or not. */
  #endingAfter(command: Command, triangle: boolean): number {
    if (this.#visible) return (command === "moveto" ? lineTokens : 0) + 2;
    if (command === "moveto") {
      const first = this.#mode === "body" || this.#slots[0] === "first";
      return first ? 2 * lineTokens + 2 : lineTokens + 1 + triangleTokens + 1;
    }
    if (command === "lineto" && triangle) return (1 - this.#triangle) * lineTokens + 2;
    if (command === "close" && this.#shows) return 2;
    return 1 + triangleTokens + 1;
  }

  #onTriangle(): boolean {
    return this.#triangle === 0 || this.#triangle === 1;
  }

  ids(budget: number): AllowedIds {
    const ids = new AllowedIds();
    const { special, moveto } = this.#numbers;
    if (this.#slot < this.#slots.length) this.#collectSlot(ids, budget);
    else if (this.#mode === "opening") ids.add(special.drawing);
    else if (this.#mode === "body") {
      if (this.#visible) ids.add(special.eos);
      const rest = slotsOf.moveto.length + this.#endingAfter("moveto", true);
      if (1 + rest <= budget) ids.add(moveto);
    } else if (this.#mode === "path") this.#collectPath(ids, budget);
    return ids.settle();
  }

  #collectPath(ids: AllowedIds, budget: number): void {
    const { none, moveto } = this.#numbers;
    for (const [i, command] of commands.entries()) {
      if (command === "moveto" && !this.#drawn) continue;
      if (command === "close" && !this.#closable) continue;
      const rest = slotsOf[command].length + this.#endingAfter(command, this.#onTriangle());
      if (1 + rest <= budget) ids.add(moveto + i);
    }
    if (!this.#drawn) return;
    const hidden = this.#visible ? 0 : triangleTokens;
    const painted = this.#shows ? 0 : hidden;
    if (1 + hidden + 1 <= budget) ids.add(none);
    if (1 + painted + 1 <= budget) ids.addRange(none + 1, none + 1 + 4096);
  }

  #collectSlot(ids: AllowedIds, budget: number): void {
    const { point, parameter } = this.#numbers;
    switch (this.#slots[this.#slot]!) {
      case "first":
      case "point":
        this.#collectPoint(ids, budget);
        return;
      case "last":
        ids.add(point + this.#last);
        return;
      case "start":
        ids.add(point + this.#start);
        return;
      case "radii":
        for (let ry = 1; ry < canvas; ry++) {
          ids.addRange(point + ry * canvas + 1, point + ry * canvas + canvas - 1);
        }
        return;
      case "rotation":
        ids.addRange(parameter, parameter + arcParameters - 1);
        return;
      case "flag":
        ids.addRange(parameter, parameter + 1);
        return;
    }
  }

  #collectPoint(ids: AllowedIds, budget: number): void {
    const { point } = this.#numbers;
    const behind = this.#slots.length - this.#slot - 1 + this.#endingAfter(this.#command, false);
    const must = this.#command === "lineto" && this.#onTriangle() && 1 + behind > budget;
    if (must) this.#collectTriangle(ids);
    else ids.addRange(point, point + canvas * canvas - 1);
    if (this.#command === "arc") ids.except(point + this.#last);
  }

  /** The triangle's sides: level and long, then down or up from above or below the first one. */
  #collectTriangle(ids: AllowedIds): void {
    const { point } = this.#numbers;
    const x = this.#last % canvas;
    const y = Math.floor(this.#last / canvas);
    const row = (at: number, left: number, right: number) =>
      ids.addRange(point + at * canvas + left, point + at * canvas + right);
    if (this.#triangle === 0) {
      row(y, 0, x - side);
      row(y, x + side, canvas - 1);
      return;
    }
    const from = this.#start % canvas;
    for (let at = 0; at < canvas; at++) {
      if (Math.abs(at - y) >= side) row(at, Math.min(from, x), Math.max(from, x));
    }
  }

  #advance(id: number): void {
    const { special, moveto, none } = this.#numbers;
    if (id === special.drawing) this.#mode = "body";
    else if (id === special.eos) this.#mode = "done";
    else if (id >= none) {
      this.#visible ||= id !== none && this.#shows;
      this.#mode = "body";
    } else {
      const command = commands[id - moveto]!;
      this.#open(command, this.#mode === "body" ? ["first", "last"] : slotsOf[command]);
    }
  }

  #open(command: Command, slots: readonly Slot[]): void {
    this.#command = command;
    this.#slots = slots;
    this.#slot = 0;
    this.#values.length = 0;
    if (this.#mode !== "body") return;
    this.#outline = newOutline();
    this.#mode = "path";
  }

  #fill(id: number): void {
    const { point, parameter } = this.#numbers;
    const slot = this.#slots[this.#slot]!;
    const isParameter = slot === "rotation" || slot === "flag";
    this.#values.push(id - (isParameter ? parameter : point));
    if (slot === "first") this.#last = id - point;
    this.#slot++;
    if (this.#slot === this.#slots.length) this.#complete();
  }

  #complete(): void {
    const to = this.#values[this.#values.length - 1]!;
    this.#draw(to);
    const triangle = this.#command === "lineto" && this.#isSide(to);
    if (this.#command === "moveto") {
      this.#triangle = this.#slots[0] === "first" && !this.#visible ? 0 : -1;
      this.#start = to;
      this.#drawn = false;
      this.#closable = true;
    } else {
      this.#triangle = triangle ? this.#triangle + 1 : -1;
      this.#drawn = true;
      this.#closable = this.#command !== "close";
    }
    this.#last = to;
  }

  /** Whether a line to a point is the triangle's next side. */
  #isSide(to: number): boolean {
    const x = to % canvas;
    const y = Math.floor(to / canvas);
    const lastX = this.#last % canvas;
    const lastY = Math.floor(this.#last / canvas);
    if (this.#triangle === 0) return y === lastY && Math.abs(x - lastX) >= side;
    if (this.#triangle !== 1) return false;
    const from = this.#start % canvas;
    const between = x >= Math.min(from, lastX) && x <= Math.max(from, lastX);
    return between && Math.abs(y - lastY) >= side;
  }

  #draw(to: number): void {
    if (this.#visible) return;
    const v = this.#values;
    const x = (point: number) => point % canvas;
    const y = (point: number) => Math.floor(point / canvas);
    this.#outline.draw((pen) => {
      switch (this.#command) {
        case "moveto":
          pen.moveTo(x(to), y(to));
          return;
        case "lineto":
          pen.lineTo(x(to), y(to));
          return;
        case "curve":
          pen.cubicTo(x(v[0]!), y(v[0]!), x(v[1]!), y(v[1]!), x(to), y(to));
          return;
        case "arc": {
          const flags = { largeArc: v[2] === 1, sweep: v[3] === 1 };
          pen.arcTo({ rx: x(v[0]!), ry: y(v[0]!), rotation: v[1]!, ...flags }, x(to), y(to));
          return;
        }
        case "close":
          pen.close();
      }
    });
    this.#shows = this.#outline.visible;
  }
}
