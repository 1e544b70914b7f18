/** Opens a tracer by its name. */
import { potrace } from "./potrace.ts";
import type { Tracer, TracerName } from "./tracer.ts";
import { vtracer } from "./vtracer.ts";

/** @throws TraceError where it is not on this machine */
export async function openTracer(name: TracerName): Promise<Tracer> {
  return name === "potrace" ? potrace() : vtracer();
}
