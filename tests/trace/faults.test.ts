/** Whose fault it is that an image gives no drawing. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { faultOfSharp } from "../../src/trace/image/read-image.ts";
import { TraceError } from "../../src/trace/index.ts";
import { potrace } from "../../src/trace/tracers/potrace.ts";

const ink = { width: 8, height: 8, data: new Uint8Array(64).fill(1) };

test("Potrace that is killed is the machine's fault, one that is gone a missing program's", async () => {
  const program = join(mkdtempSync(join(tmpdir(), "pathloom-potrace-")), "potrace");
  writeFileSync(program, '#!/bin/sh\n[ "$1" = --version ] && exit 0\nkill -9 $$\n');
  chmodSync(program, 0o755);
  const tracer = potrace(program);
  const faults = [];
  for (const _ of [1, 2]) {
    const error = await tracer.trace(ink).catch((thrown: unknown) => thrown);
    assert.instance(error, TraceError);
    faults.push((error as TraceError).fault);
    rmSync(program, { force: true });
  }
  assert.equal(faults, ["machine", "program"]);
  assert.throws(
    () => potrace(program),
    (error: TraceError) => error.fault === "program",
  );
});

test("sharp's wait and its memory are the machine's, all else is the image's", () => {
  assert.is(faultOfSharp("timeout: 42% complete"), "machine");
  assert.is(faultOfSharp("vips_malloc: out of memory"), "machine");
  assert.is(faultOfSharp("Input buffer has corrupt header: pngload_buffer"), "image");
});

test.run();
