/**
 * Fetches what the tests of the engine `xla` compile by, as `pathloom doctor --get … --yes` does: the plug-in
 * for the processor (63 MB, into `.engines/xla-cpu`), and that for CUDA with its assembler, which compiles
 * for cards that are not here (257 MB, into `.engines/xla-cuda13-compiler`).
 *
 *   npm run fetch:xla                      once; again it only says so
 *   npm run fetch:xla -- --seconds 1200    with more time than four minutes
 *
 * Exits with 75 when one cannot be had here: another platform, or a network that does not give it, or not
 * in that time. Whatever else fails exits with 1.
 */
import { parseArgs } from "node:util";
import { startEngine } from "../engine/index.ts";
import { findPlugins, whyNoTarget } from "../engine/xla/index.ts";
import { getEngine } from "../src/doctor/index.ts";
import { isUnobtainable } from "./fetch-failure.ts";

const { values: options } = parseArgs({
  options: { seconds: { type: "string", default: "240" } },
});

/** `EX_TEMPFAIL` of sysexits.h. */
const unobtainable = 75;

/** All downloads together; what was received is kept, and gone on with the next time. */
const mostSeconds = Number(options.seconds);

/** One that is named is taken as it is; others of another kind, as of CUDA among Python's packages, need a card. */
const hasProcessor = (): boolean =>
  findPlugins().some(({ kind, packages }) => kind === "cpu" || packages === null);

const deadline = setTimeout(() => {
  console.error(`xla: not received within ${mostSeconds} s; what was is kept`);
  process.exit(unobtainable);
}, mostSeconds * 1000);

// One that cannot be had leaves the other to be tested with.
if (!hasProcessor()) await get("xla-cpu");
if (whyNoTarget() !== null) await get("xla-cuda13-compiler");
clearTimeout(deadline);
if (hasProcessor()) {
  const { engine } = await startEngine("xla", { threads: 1 });
  console.log(engine.describe().summary);
  engine.dispose();
}

async function get(name: string): Promise<void> {
  try {
    await getEngine({ name, yes: true, ask: undefined, tell: console.log });
  } catch (error) {
    if (!isUnobtainable(error)) throw error;
    console.error(`${name} cannot be had here: ${(error as Error).message}`);
    process.exitCode = unobtainable;
  }
}
