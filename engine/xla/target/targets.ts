/**
 * Cards that programs are compiled for where there is none: what the compiler asks a card about, as NVIDIA's
 * data sheets and the CUDA programming guide have it (https://docs.nvidia.com/cuda/cuda-programming-guide).
 */
import { EngineError, type Precision } from "../../engine.ts";

export interface Target {
  /** As the driver names it. */
  readonly device: string;
  /** Compute capability; the part behind the point is 0. */
  readonly computeCapability: number;
  readonly multiprocessors: number;
  /** Bytes. */
  readonly memory: number;
  /** Bytes. */
  readonly levelTwoCache: number;
  /** Bytes a second. */
  readonly memoryBandwidth: number;
  /** That a card sends to the others of its machine by NVLink, bytes a second. */
  readonly linkBandwidth: number;
  /** Of dense matrix products, operations a second. */
  readonly peakFlops: Readonly<Record<Precision, number>>;
}

const hopper = {
  computeCapability: 9,
  multiprocessors: 132,
  levelTwoCache: 50 * 2 ** 20,
  linkBandwidth: 450e9,
  // Products in float32 are exact: no tensor core computes them.
  peakFlops: { float32: 67e12, tf32: 494e12, bfloat16: 989e12 },
};

export const targets = {
  h100: { ...hopper, device: "NVIDIA H100 80GB HBM3", memory: 80e9, memoryBandwidth: 3.35e12 },
  h200: { ...hopper, device: "NVIDIA H200", memory: 141e9, memoryBandwidth: 4.8e12 },
} as const satisfies Readonly<Record<string, Target>>;

export type TargetName = keyof typeof targets;

/** @throws EngineError for an unknown name. */
export function targetOf(name: string): Target {
  if (Object.hasOwn(targets, name)) return targets[name as TargetName];
  throw new EngineError(
    `there is no target "${name}"; there are ${Object.keys(targets).join(", ")}`,
  );
}

/** Of every card of compute capability 9.0. */
const blocks = {
  threads_per_block_limit: 1024,
  threads_per_warp: 32,
  shared_memory_per_block: 48 * 2 ** 10,
  shared_memory_per_core: 228 * 2 ** 10,
  shared_memory_per_block_optin: 227 * 2 ** 10,
  threads_per_core_limit: 2048,
  fpus_per_core: 128,
  block_dim_limit_x: 2 ** 31 - 1,
  block_dim_limit_y: 2 ** 16 - 1,
  block_dim_limit_z: 2 ** 16 - 1,
  registers_per_core_limit: 2 ** 16,
  registers_per_block_limit: 2 ** 16,
  clock_rate_ghz: 1.98,
};

/** Of the libraries that the plug-in is tested with. */
const versions = {
  dnn_version_info: { major: 9, minor: 10 },
  runtime_version: { major: 13, minor: 0 },
};

/** `GpuTargetConfigProto` of `xla/stream_executor/device_description.proto`, as text. */
export function targetConfig(target: Target): string {
  return protobufText({
    gpu_device_info: {
      ...blocks,
      core_count: target.multiprocessors,
      memory_bandwidth: target.memoryBandwidth,
      l2_cache_size: target.levelTwoCache,
      device_memory_size: target.memory,
      cuda_compute_capability: { major: target.computeCapability },
    },
    platform_name: "CUDA",
    ...versions,
    device_description_str: target.device,
  });
}

type Fields = { readonly [name: string]: number | string | Fields };

/** https://protobuf.dev/reference/protobuf/textformat-spec/ */
function protobufText(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => {
      if (typeof value === "object") return `${name} { ${protobufText(value)} }`;
      return `${name}: ${typeof value === "string" ? JSON.stringify(value) : value}`;
    })
    .join(" ");
}
