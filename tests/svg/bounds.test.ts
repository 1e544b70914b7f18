/**
 * Whatever a source is, reading, printing and tokenizing it takes less than a gigabyte, and seconds.
 * Tried in a process whose memory is bounded, as it would be ended for more.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type PolylineShape, printDrawing } from "../../svg/index.ts";
import { startArguments } from "../testing/started.ts";
import { hostileSources } from "./hostile-sources.ts";

/** Of a processor: generous, as others may share it. */
const mostSeconds = 15;
const mostMemory = 2 ** 30;
/** Kinds that are small enough to be read; all others are refused. */
const read = new Set([
  "use up to the bound",
  "60,000 rectangles",
  "80,000 points",
  "one rule of many selectors",
  "far arcs",
  "variables that double",
  "patterns of patterns",
  "clips of clips",
  "a long clip",
  "16 MB of nothing",
  "one attribute of 15 MB",
  "16 MB in UTF-16",
]);

test("each source is read within the bounds, or refused", () => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--max-old-space-size=800", ...startArguments(join(import.meta.dirname, "bounds-child.ts"))],
    { encoding: "utf8", timeout: 600_000 },
  );
  assert.is(status, 0, stderr);
  const lines = stdout.trim().split("\n");
  assert.is(lines.length, Object.keys(hostileSources).length);
  for (const line of lines) {
    const { kind, outcome, seconds, memory } = JSON.parse(line);
    assert.is(outcome, read.has(kind) ? "read" : "limit", line);
    assert.ok(seconds < mostSeconds, line);
    assert.ok(memory < mostMemory, line);
  }
});

test("printing takes a time that grows as the drawing does", () => {
  const points = Array.from({ length: 100_000 }, (_, i) => ({ x: i % 97, y: (i * 7) % 89 }));
  const color = { kind: "color", rgb: 0 } as const;
  const shape: PolylineShape = {
    kind: "polyline",
    points,
    fill: color,
    fillRule: "nonzero",
    fillOpacity: 100,
    stroke: null,
    opacity: 100,
  };
  const before = process.cpuUsage();
  const svg = printDrawing({ width: 200, height: 200, elements: [shape] });
  const { user, system } = process.cpuUsage(before);
  assert.ok(svg.length > 400_000);
  // It took a minute when every point went through all text before it.
  assert.ok(user + system < 10e6, `${(user + system) / 1e6} s`);
});

test.run();
