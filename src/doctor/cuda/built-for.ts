/**
 * Which CUDA a libtensorflow opens, without loading it: a Python wheel says it in a module of its own;
 * of an archive it follows from the version in a file name, where the library has kernels for GPUs.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { isAtLeast } from "./cuda-libraries.ts";
import { holdsDeviceCode } from "./device-code.ts";

export const builtForSchema = z.discriminatedUnion("kind", [
  /** As `12.5.1` and `9`. */
  z.object({ kind: z.literal("cuda"), cuda: z.string(), cudnn: z.string() }),
  z.object({ kind: z.literal("processor") }),
  z.object({ kind: z.literal("unknown") }),
]);

export type BuiltFor = z.infer<typeof builtForSchema>;

/** @param folder that of the shared libraries. */
export function builtFor(folder: string): BuiltFor {
  return ofWheel(join(folder, "python", "platform", "build_info.py")) ?? ofArchive(folder);
}

/** As `CUDA 12.5.1, cuDNN 9`. */
export function describeBuiltFor(target: BuiltFor): string {
  if (target.kind === "cuda") return `CUDA ${target.cuda}, cuDNN ${target.cudnn}`;
  return target.kind === "processor" ? "the processor alone" : "an unknown CUDA or none";
}

function ofWheel(file: string): BuiltFor | null {
  if (!existsSync(file)) return null;
  const text = readFileSync(file, "utf8");
  if (/'is_cuda_build', False\b/.test(text)) return { kind: "processor" };
  const cuda = /'cuda_version', '(\d[\d.]*)'/.exec(text)?.[1];
  const cudnn = /'cudnn_version', '(\d[\d.]*)'/.exec(text)?.[1];
  return cuda === undefined || cudnn === undefined ? null : { kind: "cuda", cuda, cudnn };
}

/** By the first version of TensorFlow that is built for it. */
const byVersion = [
  { tensorflow: "2.18", cuda: "12.5", cudnn: "9" },
  { tensorflow: "2.15", cuda: "12.2", cudnn: "8" },
  { tensorflow: "2.12", cuda: "11.8", cudnn: "8" },
  { tensorflow: "2.5", cuda: "11.2", cudnn: "8" },
] as const;

/** Archives for the processor and for a GPU have the same names inside. */
function ofArchive(folder: string): BuiltFor {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const library = names
    .map((name) => /^libtensorflow\.so\.(\d+\.\d+)\..*/.exec(name))
    .find((match) => match !== null);
  if (library === undefined) return { kind: "unknown" };
  const [name, version] = library as unknown as readonly [string, string];
  const forGpu = holdsDeviceCode(join(folder, name));
  if (forGpu === false) return { kind: "processor" };
  const known = byVersion.find(({ tensorflow }) => isAtLeast(version, tensorflow));
  if (forGpu === null || known === undefined) return { kind: "unknown" };
  return { kind: "cuda", cuda: known.cuda, cudnn: known.cudnn };
}
