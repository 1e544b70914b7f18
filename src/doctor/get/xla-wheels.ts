/**
 * Plug-ins of XLA for the engine `xla`, with NVIDIA's libraries that those for CUDA open. Paths within the
 * wheels stay as they are: the plug-ins look for libraries and for the assembler beside themselves.
 * Package names and the least versions are those of jax-cuda12-plugin and jax-cuda13-plugin 0.12.0.
 */
import { licencePlaceOf, type Obtainable, type WheelPart } from "./wheel-part.ts";

/** Libraries, NVIDIA's programs that the compiler runs, and its bitcode. */
const kept = /\.so(\.\d+)*$|\/bin\/(ptxas|nvlink|fatbinary)$|\/libdevice[^/]*\.bc$/;
/** For building against the libraries, and for debuggers. */
const unwanted = /\/(stubs|include)\/|checkpoint|pcsamplingutil|nvperf|_static/;

const place = (path: string): string | null =>
  kept.test(path) && !unwanted.test(path) ? path : licencePlaceOf(path);

type Place = WheelPart["place"];

/** The plug-in, the programs that it runs, and its bitcode, without what a card computes by. */
const compilerPlace: Place = (path) => (/^nvidia\/.*\.so/.test(path) ? null : place(path));

const part = ([name, version]: readonly [string, string], kept: Place): WheelPart => ({
  package: name,
  version,
  place: kept,
});

const cuda13 = [
  ["jax-cuda13-pjrt", "0.12.0.1"],
  ["nvidia-cublas", "13.10.0.20"],
  ["nvidia-cuda-cupti", "13.5.25"],
  ["nvidia-cuda-nvcc", "13.5.37"],
  ["nvidia-cuda-nvrtc", "13.5.37"],
  ["nvidia-cuda-runtime", "13.5.37"],
  ["nvidia-cudnn-cu13", "9.28.1.4"],
  ["nvidia-cufft", "12.5.0.14"],
  ["nvidia-cusolver", "12.4.1.2"],
  ["nvidia-cusparse", "12.9.4.2"],
  ["nvidia-nccl-cu13", "2.32.3"],
  ["nvidia-nvjitlink", "13.5.37"],
  ["nvidia-nvshmem-cu13", "3.8.0"],
  ["nvidia-nvvm", "13.5.37"],
] as const;

/** Of those what compiling alone takes. */
const cuda13Compiler = cuda13.filter(([name]) =>
  ["jax-cuda13-pjrt", "nvidia-cuda-nvcc", "nvidia-nvvm"].includes(name),
);

const cuda12 = [
  ["jax-cuda12-pjrt", "0.12.0.1"],
  ["nvidia-cublas-cu12", "12.9.3.13"],
  ["nvidia-cuda-cupti-cu12", "12.9.79"],
  ["nvidia-cuda-nvcc-cu12", "12.9.86"],
  ["nvidia-cuda-nvrtc-cu12", "12.9.86"],
  ["nvidia-cuda-runtime-cu12", "12.9.79"],
  ["nvidia-cudnn-cu12", "9.28.0.42"],
  ["nvidia-cufft-cu12", "11.4.1.4"],
  ["nvidia-cusolver-cu12", "11.7.5.82"],
  ["nvidia-cusparse-cu12", "12.5.10.65"],
  ["nvidia-nccl-cu12", "2.32.3"],
  ["nvidia-nvjitlink-cu12", "12.9.86"],
  ["nvidia-nvshmem-cu12", "3.8.0"],
] as const;

const xla = (
  device: string,
  purpose: string,
  wheels: readonly (readonly [string, string])[],
  kept: Place = place,
): Obtainable => ({
  name: `xla-${device}`,
  purpose: `the engine xla ${purpose}`,
  folder: `xla-${device}`,
  parts: wheels.map((wheel) => part(wheel, kept)),
});

export const xlaPlugins: readonly Obtainable[] = [
  xla("cpu", "on the processor", [["lammps-jax-pjrt-cpu", "0.11.2"]]),
  xla("cuda13", "on NVIDIA cards whose driver is for CUDA 13 (580 or newer)", cuda13),
  xla(
    "cuda13-compiler",
    "to compile for NVIDIA cards that are not here",
    cuda13Compiler,
    compilerPlace,
  ),
  xla("cuda12", "on NVIDIA cards whose driver is for CUDA 12 (525 or newer)", cuda12),
  xla("rocm", "on AMD cards, with ROCm 7 installed", [["jax-rocm7-pjrt", "0.12.0"]]),
  xla("tpu", "on Google's TPUs", [["libtpu", "0.0.52"]]),
  xla("cpu-oldest", "on the processor, by the oldest interface that is tested", [
    ["xla-cpu-pjrt", "0.0.1"],
  ]),
];
