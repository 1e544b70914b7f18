/** What the engine `xla` needs, looked at one by one, each with what to do next. */
import { findPlugins, type Plugin, vendorLibraries } from "../../../engine/xla/index.ts";
import { type Finding, ok, type Part } from "../cuda/finding.ts";
import type { Probe } from "../cuda/probe.ts";
import { generationOf, pluginDriverPart, pluginPart, vendorPart } from "./xla-findings.ts";

/** @param plugins those of this machine, unless a test simulates others. */
export async function diagnoseXla(
  probe: Probe,
  plugins: readonly Plugin[] = findPlugins(),
): Promise<Finding[]> {
  const parts: Part[] = [pluginPart(plugins, probe)];
  const [first] = plugins;
  const generation = first === undefined ? null : generationOf(first);
  if (first !== undefined && generation !== null) {
    parts.push(pluginDriverPart(probe, generation));
    const beside = first.packages === null ? [] : vendorLibraries(first.packages);
    const names = new Set(beside.map((path) => path.slice(path.lastIndexOf("/") + 1)));
    parts.push(vendorPart(probe, generation, names));
  }
  if (first !== undefined) parts.push(await startPart(probe));
  return parts.map((part) => ({ engine: "xla", ...part }));
}

/** What plug-ins say when they do not start, and what that means. */
const faults: readonly (readonly [RegExp, string])[] = [
  [
    /no visible gpu|no devices? (found|detected)|cuda_error_no_device/i,
    "there is no card that the plug-in sees: look at the driver, in a container run with --gpus all, and see CUDA_VISIBLE_DEVICES",
  ],
  [
    /cannot open shared object file|not found|libcu\w+|dlopen/i,
    "a library is missing: pathloom doctor --get fetches the plug-in again with what it needs",
  ],
  [/driver version is insufficient|unsupported.*driver/i, "install a newer driver and restart"],
  [/speaks version/, "fetch the tested plug-in: pathloom doctor --get"],
];

async function startPart(probe: Probe): Promise<Part> {
  const subject = "engine";
  try {
    return ok(subject, await probe.tryEngine("xla"));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [summary = "", ...said] = message.split("\n");
    const fault = faults.find(([pattern]) => pattern.test(message));
    const next = fault?.[1] ?? "see what XLA says; the engine onnx needs none of it";
    return { subject, status: "broken", summary, next, said };
  }
}
