/**
 * The engines that there are. An engine is a folder and an entry here; its code is loaded only when
 * it is tried.
 */
import { defaultThreads } from "./base/index.ts";
import type { Engine, Mesh, Precision } from "./engine.ts";

export interface EngineOptions {
  /**
   * Processor threads; null takes as many as `PATHLOOM_THREADS` says, and all cores where it is not set.
   * Engines that cannot choose take what they take.
   */
  readonly threads?: number | null;
  /**
   * Into which each program writes Chrome traces of its runs, whole when the engine is disposed: an
   * event a node, its operation in `args.op_name`.
   */
  readonly profileFolder?: string;
  /**
   * Of matrix products and what lies between them; parameters, optimiser, norms of gradients and losses
   * are float32 whatever is asked for. Float32 unless given.
   */
  readonly precision?: Precision;
  /** Devices that one program is divided among; one unless given. */
  readonly mesh?: Mesh;
  /**
   * Whether sizes that change no bit of a result may be the fastest here, by a measurement of a second that
   * is kept for the machine (`PATHLOOM_TUNING=fixed` makes none), and not those that are built in.
   */
  readonly measured?: boolean;
  /** Is told what went wrong without ending the start. */
  readonly notice?: (text: string) => void;
}

export interface EngineRegistration<Name extends string = string> {
  readonly name: Name;
  /** Whether `auto` tries it, in the order of the list. */
  readonly automatic: boolean;
  /** What its matrix products can be computed in, where the processor has it. */
  readonly precisions: readonly Precision[];
  /** Whether it divides a program among devices. */
  readonly hasMeshes?: true;
  /** Whether it loads a library that may end the process: `doctor` tries it in one of its own. */
  readonly native: boolean;
  /** Why it cannot even be tried here, found out cheaply; null when it can. */
  whyUnavailable(): Promise<string | null>;
  /** Of one that can be tried: why `auto` does not. */
  whyNotAutomatic?(): Promise<string | null>;
  /** @throws EngineError saying what is missing. */
  start(options: EngineOptions): Promise<Engine>;
}

/** TensorFlow.js takes long to load: its package is looked up without it. */
async function whyNoNativePackage(engine: "tensorflow" | "cuda"): Promise<string | null> {
  const { whyNotPortable, whyUnavailable } = await import("./tfjs/package/index.ts");
  return whyUnavailable(engine) ?? whyNotPortable();
}

const engines = [
  {
    name: "xla",
    automatic: true,
    precisions: ["float32", "bfloat16", "tf32"],
    hasMeshes: true,
    native: true,
    whyUnavailable: async () => (await import("./xla/index.ts")).whyUnavailable(),
    whyNotAutomatic: async () => (await import("./xla/index.ts")).whyNoAccelerator(),
    async start({ threads, precision, mesh, profileFolder }) {
      const { XlaEngine } = await import("./xla/index.ts");
      return new XlaEngine({
        ...(typeof threads === "number" ? { threads } : {}),
        ...(precision === undefined ? {} : { precision }),
        ...(mesh === undefined ? {} : { mesh }),
        ...(profileFolder === undefined ? {} : { profileFolder }),
      });
    },
  },
  {
    name: "cuda",
    automatic: true,
    precisions: ["float32"],
    native: true,
    whyUnavailable: () => whyNoNativePackage("cuda"),
    start: async ({ profileFolder }) => (await import("./tfjs/index.ts")).startCuda(profileFolder),
  },
  {
    name: "onnx",
    automatic: true,
    precisions: ["float32"],
    native: false,
    whyUnavailable: async () => null,
    async start({ threads, profileFolder, measured = false, notice = () => {} }) {
      const { chosenTile, OnnxEngine, tuningFor } = await import("./onnx/index.ts");
      const count = threads ?? defaultThreads();
      return new OnnxEngine({
        threads: count,
        ...(measured ? { tuning: tuningFor(count, chosenTile(count, { notice })) } : {}),
        ...(profileFolder === undefined ? {} : { profileFolder }),
      });
    },
  },
  {
    name: "openvino",
    automatic: false,
    precisions: ["float32", "bfloat16"],
    native: true,
    whyUnavailable: async () => (await import("./openvino/index.ts")).whyUnavailable(),
    async start({ threads, precision, profileFolder }) {
      const { OpenvinoEngine } = await import("./openvino/index.ts");
      return new OpenvinoEngine({
        ...(typeof threads === "number" ? { threads } : {}),
        ...(precision === undefined ? {} : { precision }),
        ...(profileFolder === undefined ? {} : { profileFolder }),
      });
    },
  },
  {
    name: "tensorflow",
    automatic: false,
    precisions: ["float32"],
    native: true,
    whyUnavailable: () => whyNoNativePackage("tensorflow"),
    start: async ({ threads, profileFolder }) =>
      (await import("./tfjs/index.ts")).startTensorflow(threads ?? null, profileFolder),
  },
  {
    name: "reference",
    automatic: false,
    precisions: ["float32"],
    native: false,
    whyUnavailable: async () => (await import("./tfjs/package/index.ts")).whyNotPortable(),
    start: async ({ profileFolder }) =>
      (await import("./tfjs/index.ts")).startReference(profileFolder),
  },
] as const satisfies readonly EngineRegistration[];

export type EngineName = (typeof engines)[number]["name"];

export const registeredEngines: readonly EngineRegistration<EngineName>[] = engines;

export const engineNames: readonly EngineName[] = engines.map(({ name }) => name);

/** What is registered under the name. */
export const registrationOf = (name: EngineName): EngineRegistration<EngineName> =>
  registeredEngines.find((each) => each.name === name)!;
