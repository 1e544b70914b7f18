/** The path that a basic shape stands for (SVG 2, chapter 10), a full turn being two arcs. */
import type { PathCommand, Shape } from "../drawing.ts";
import type { SegmentList } from "../path/segments.ts";
import type { BasicGeometry } from "./geometry.ts";

export function traceShape(shape: BasicGeometry, out: SegmentList): void {
  switch (shape.kind) {
    case "circle":
      traceEllipse(shape.cx, shape.cy, shape.r, shape.r, out);
      return;
    case "ellipse":
      traceEllipse(shape.cx, shape.cy, shape.rx, shape.ry, out);
      return;
    case "rect":
      traceRect(shape, out);
      return;
    case "line":
      out.move(shape.x1, shape.y1);
      out.line(shape.x2, shape.y2);
      return;
    case "polyline":
    case "polygon": {
      const [first, ...others] = shape.points;
      if (first === undefined) return;
      out.move(first.x, first.y);
      for (const { x, y } of others) out.line(x, y);
      if (shape.kind === "polygon") out.close();
    }
  }
}

function traceEllipse(cx: number, cy: number, rx: number, ry: number, out: SegmentList): void {
  out.move(cx + rx, cy);
  out.arc(rx, ry, 0, false, true, cx - rx, cy);
  out.arc(rx, ry, 0, false, true, cx + rx, cy);
  out.close();
}

function traceRect(rect: BasicGeometry & { kind: "rect" }, out: SegmentList): void {
  const { x, y, width, height } = rect;
  const right = x + width;
  const bottom = y + height;
  // Half a side where rounding has left more.
  const rx = Math.min(rect.rx, Math.floor(width / 2) || width / 2);
  const ry = Math.min(rect.ry, Math.floor(height / 2) || height / 2);
  if (rx === 0 || ry === 0) {
    out.move(x, y);
    out.line(right, y);
    out.line(right, bottom);
    out.line(x, bottom);
    out.close();
    return;
  }
  const corner = (toX: number, toY: number) => out.arc(rx, ry, 0, false, true, toX, toY);
  out.move(x + rx, y);
  out.line(right - rx, y);
  corner(right, y + ry);
  out.line(right, bottom - ry);
  corner(right - rx, bottom);
  out.line(x + rx, bottom);
  corner(x, bottom - ry);
  out.line(x, y + ry);
  corner(x + rx, y);
  out.close();
}

/** The outline of any shape. */
export function traceOutline(shape: Shape, out: SegmentList): void {
  out.clear();
  if (shape.kind === "path") traceCommands(shape.commands, out);
  else traceShape(shape, out);
}

export function traceCommands(commands: readonly PathCommand[], out: SegmentList): void {
  for (const command of commands) appendCommand(command, out);
}

function appendCommand(command: PathCommand, out: SegmentList): void {
  switch (command.type) {
    case "M":
      out.move(command.x, command.y);
      break;
    case "L":
      out.line(command.x, command.y);
      break;
    case "Q":
      out.quadratic(command.x1, command.y1, command.x, command.y);
      break;
    case "C":
      out.cubic(command.x1, command.y1, command.x2, command.y2, command.x, command.y);
      break;
    case "A": {
      const { rx, ry, rotation, largeArc, sweep, x, y } = command;
      out.arc(rx, ry, rotation, largeArc, sweep, x, y);
      break;
    }
    case "Z":
      out.close();
  }
}
