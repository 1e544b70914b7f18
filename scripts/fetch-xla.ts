/**
 * Fetches XLA's plug-in for the processor, as `pathloom doctor --get xla-cpu --yes` does: 63 MB into
 * `.engines/xla-cpu`, for the tests of the engine `xla`.
 *
 *   npm run fetch:xla          once; again it only says so
 *
 * Exits with 75 when it cannot be had here: another platform, or a network that does not give it. Whatever
 * else fails exits with 1.
 */
import { HubError } from "../checkpoints/index.ts";
import { registrationOf, startEngine } from "../engine/index.ts";
import { getEngine } from "../src/doctor/index.ts";

/** `EX_TEMPFAIL` of sysexits.h. */
const unobtainable = 75;

try {
  if ((await registrationOf("xla").whyUnavailable()) !== null) {
    await getEngine({ name: "xla-cpu", yes: true, ask: undefined, tell: console.log });
  }
  const { engine } = await startEngine("xla", { threads: 1 });
  console.log(engine.describe().summary);
  engine.dispose();
} catch (error) {
  if (!isUnobtainable(error)) throw error;
  console.error((error as Error).message);
  process.exitCode = unobtainable;
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
