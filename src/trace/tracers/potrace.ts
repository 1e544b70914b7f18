/**
 * Potrace (Peter Selinger, 2003), where the system has it. It is under the GPL: a program of its own that is
 * called, never part of this one.
 */
import { spawn, spawnSync } from "node:child_process";
import { TraceError, type TraceFault } from "../errors.ts";
import type { Bitmap } from "../image/raster.ts";
import type { Tracer } from "./tracer.ts";

const maxSeconds = 30;
const maxOutput = 2 ** 26;

/**
 * @param program its name or path; `PATHLOOM_POTRACE` or `potrace` unless given
 * @throws TraceError where the system does not have it
 */
export function potrace(program = process.env.PATHLOOM_POTRACE ?? "potrace"): Tracer {
  const { status, error } = spawnSync(program, ["--version"], { timeout: 10_000 });
  if (status !== 0) {
    throw new TraceError(
      `Potrace does not start (${error?.message ?? `exit code ${status}`}); install it (apt-get install potrace, brew install potrace), or name it by PATHLOOM_POTRACE; vtracer needs nothing`,
      { fault: "program" },
    );
  }
  return { name: "potrace", trace: (ink) => run(program, ink) };
}

/** All of its ink, without its own removal of speckles; no bitmap and no drawing touches the disk. */
const options = ["--svg", "--turdsize", "0", "--output", "-", "-"];

function run(program: string, ink: Bitmap): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, options, { stdio: ["pipe", "pipe", "ignore"] });
    // Node's own goes on where the program does not start, and keeps the process from its end.
    const timer = setTimeout(() => child.kill(), 1000 * maxSeconds);
    const fail = (why: string, fault: TraceFault = "machine") =>
      reject(new TraceError(`potrace: ${why}`, { fault }));
    const chunks: Buffer[] = [];
    let size = 0;
    child.on("error", (error: NodeJS.ErrnoException) => {
      // Removed since it was opened; other codes say that the machine has no room for it now.
      clearTimeout(timer);
      const isGone = error.code === "ENOENT" || error.code === "EACCES";
      fail(error.message, isGone ? "program" : "machine");
    });
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxOutput) child.kill();
      else chunks.push(chunk);
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(Buffer.concat(chunks).toString("utf8"));
      else if (size > maxOutput) fail("writes too much", "image");
      else fail(signal === null ? `exit code ${code}` : "takes too long, or was killed");
    });
    // It may end before it has read all; its exit code then says so.
    child.stdin.on("error", () => {});
    child.stdin.end(pbm(ink));
  });
}

/** A portable bitmap (Netpbm, P4): rows of bits, 1 for ink. */
export function pbm({ width, height, data }: Bitmap): Buffer {
  const rowBytes = Math.ceil(width / 8);
  const rows = Buffer.alloc(rowBytes * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] === 1) rows[y * rowBytes + (x >> 3)]! |= 128 >> (x & 7);
    }
  }
  return Buffer.concat([Buffer.from(`P4\n${width} ${height}\n`, "latin1"), rows]);
}
