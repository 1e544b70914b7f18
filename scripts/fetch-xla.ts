/**
 * Fetches what the tests of the engine `xla` compile by, as `pathloom doctor --get … --yes` does: the plug-in
 * for the processor (63 MB, into `.engines/xla-cpu`), and that for CUDA with its assembler, which compiles
 * for cards that are not here (257 MB, into `.engines/xla-cuda13-compiler`).
 *
 *   npm run fetch:xla          once; again it only says so
 *
 * Exits with 75 when they cannot be had here: another platform, or a network that does not give them.
 * Whatever else fails exits with 1.
 */
import { HubError } from "../checkpoints/index.ts";
import { startEngine } from "../engine/index.ts";
import { whyNoTarget, whyUnavailable } from "../engine/xla/index.ts";
import { getEngine } from "../src/doctor/index.ts";

/** `EX_TEMPFAIL` of sysexits.h. */
const unobtainable = 75;

try {
  if (whyUnavailable() !== null) await get("xla-cpu");
  if (whyNoTarget() !== null) await get("xla-cuda13-compiler");
  const { engine } = await startEngine("xla", { threads: 1 });
  console.log(engine.describe().summary);
  engine.dispose();
} catch (error) {
  if (!isUnobtainable(error)) throw error;
  console.error((error as Error).message);
  process.exitCode = unobtainable;
}

async function get(name: string): Promise<void> {
  await getEngine({ name, yes: true, ask: undefined, tell: console.log });
}

/** The index is out of reach or refuses for now, or it may have nothing for this platform. */
function isUnobtainable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof HubError) {
    return ["unreachable", "busy", "gated", "unauthorised"].includes(error.code);
  }
  if (/ has no wheel /.test(error.message)) {
    return process.platform !== "linux" || process.arch !== "x64";
  }
  return isUnobtainable(error.cause);
}
