/** What lies between Node and TensorFlow: Node, the npm package, its binding, and whether all that starts. */

import { type NativeEngineName, nativePackageNames } from "../../../engine/tfjs/package/index.ts";
import { describeBuiltFor } from "./built-for.ts";
import { suitsPrebuilt } from "./cuda-findings.ts";
import { isAtLeast } from "./cuda-libraries.ts";
import { ok, type Part } from "./finding.ts";
import type { Probe } from "./probe.ts";

/** Version 4.22 of the packages calls `util.isNullOrUndefined`, which this Node removed. */
const withoutOldFunctions = "23";

export function nodePart({ nodeVersion }: Probe): Part {
  if (!isAtLeast(nodeVersion, "20.9")) {
    return {
      subject: "Node",
      status: "broken",
      summary: `Node ${nodeVersion} is too old`,
      next: "install Node 20.9 or newer",
    };
  }
  const restored = isAtLeast(nodeVersion, withoutOldFunctions)
    ? "; it lacks util.isNullOrUndefined, which the packages call and the engine puts back"
    : "";
  return ok(
    "Node",
    `Node ${nodeVersion}: a binding is of Node-API and fits every version${restored}`,
  );
}

export function packagePart(probe: Probe, engine: NativeEngineName): Part {
  const found = probe.findPackage(engine);
  const name = nativePackageNames[engine];
  if (found !== null) return ok("package", `${name} ${found.version} in ${found.folder}`);
  return {
    subject: "package",
    status: "missing",
    summary: `${name} is not installed`,
    next:
      engine === "cuda"
        ? installForCuda(probe)
        : `${buildTensorflow}; elsewhere npm install --ignore-scripts=false ${name}, which downloads a binding from ${host}`,
  };
}

/** Where the packages' install scripts get a libtensorflow and a binding for it. */
const host = "storage.googleapis.com";

const buildTensorflow =
  "in a clone of Pathloom on Linux and x64: npm run build:tensorflow, which downloads a libtensorflow from PyPI and compiles the binding";

/** The install script's libtensorflow of 2021 only where it will start: what it downloads is large. */
function installForCuda(probe: Probe): string {
  const name = nativePackageNames.cuda;
  return suitsPrebuilt(probe)
    ? `npm install --ignore-scripts=false ${name}, whose script downloads a libtensorflow for the CUDA that is here`
    : `npm install --ignore-scripts ${name} node-api-headers (its own script would download a libtensorflow for CUDA 11.2 and cuDNN 8.1); then ${buildForCuda}`;
}

const buildForCuda =
  'build its binding against the libtensorflow of a Python environment (pip install "tensorflow[and-cuda]"): pathloom doctor --fix-cuda';

export function bindingPart(probe: Probe, engine: NativeEngineName): Part {
  const subject = "binding";
  const found = probe.findPackage(engine);
  if (found === null) {
    return { subject, status: "unknown", summary: "comes with the package", next: null };
  }
  if (!found.isBuilt) {
    return {
      subject,
      status: "missing",
      summary: `${found.binding} is missing: the install script of ${found.name} did not run or failed`,
      next: rebuild(probe, engine),
    };
  }
  const origin = probe.originOf(found);
  if (origin === null) return ok(subject, found.binding);
  const summary = `${found.binding}, built against ${origin.folder} for ${describeBuiltFor(origin.builtFor)}`;
  if (engine === "tensorflow" || origin.builtFor.kind !== "processor") return ok(subject, summary);
  return {
    subject,
    status: "broken",
    summary: `${summary}: it sees no GPU`,
    next: buildForCuda,
  };
}

function rebuild(probe: Probe, engine: NativeEngineName): string {
  const again = `npm rebuild --ignore-scripts=false ${nativePackageNames[engine]}`;
  if (engine === "tensorflow") {
    return `${again}, where ${host} can be reached and has a binding for this platform; ${buildTensorflow}`;
  }
  return suitsPrebuilt(probe) ? `${again}, or ${buildForCuda}` : buildForCuda;
}

/** Tried only when nothing that it needs is known to be bad. */
export async function enginePart(
  probe: Probe,
  engine: NativeEngineName,
  needed: readonly Part[],
): Promise<Part> {
  const subject = "engine";
  const bad = needed.filter((part) => part.status !== "ok").map((part) => part.subject);
  if (bad.length > 0) {
    const summary = `not tried: first ${bad.join(", ")}`;
    return { subject, status: "unknown", summary, next: null };
  }
  try {
    return ok(subject, await probe.tryEngine(engine));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // The first line says what failed, the others what the library wrote.
    const [summary = "", ...said] = message.split("\n");
    return { subject, status: "broken", summary, next: remedy(message, engine), said };
  }
}

/** What TensorFlow and the loader say when a binding does not start, and what that means. */
const engineFaults: readonly (readonly [RegExp, string])[] = [
  [
    /libtensorflow\S*: cannot open shared object file/,
    "the libtensorflow that the binding was built against is gone",
  ],
  [/GLIBC\w*_[\d.]+' not found/, "the libtensorflow was made for a newer Linux than this one"],
  [/undefined symbol|invalid ELF header/, "the binding does not fit its libtensorflow"],
  [/SIGILL/, "the processor lacks instructions, as AVX, that the libtensorflow was built with"],
];

function remedy(message: string, engine: NativeEngineName): string {
  const again =
    engine === "cuda"
      ? "pathloom doctor --fix-cuda"
      : "npm run build:tensorflow -- --force in a clone of Pathloom";
  const fault = engineFaults.find(([pattern]) => pattern.test(message));
  if (fault !== undefined) return `${fault[1]}: build it again with ${again}`;
  return engine === "cuda"
    ? "install what TensorFlow says that it did not find, and name its folder in LD_LIBRARY_PATH; the engine onnx needs none of it"
    : `build the binding again (${again}); the engine onnx needs none of it`;
}
