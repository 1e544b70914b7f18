/**
 * The libraries that TensorFlow opens when it starts on a GPU, by the CUDA generation that it was
 * built for. The prebuilt libtensorflow of `@tensorflow/tfjs-node-gpu` is of the first; the wheels of
 * TensorFlow since 2.18 are of the second.
 */

export interface CudaGeneration {
  readonly cuda: string;
  readonly cudnn: string;
  /** The oldest driver on Linux that runs it. */
  readonly driver: string;
  /** The newest compute capability that its libraries know. */
  readonly computeCapability: number;
  readonly libraries: readonly string[];
  readonly cudnnLibrary: string;
}

export const cuda11: CudaGeneration = {
  cuda: "11.2",
  cudnn: "8.1",
  driver: "450.80.02",
  computeCapability: 8.6,
  libraries: [
    "libcudart.so.11.0",
    "libcublas.so.11",
    "libcublasLt.so.11",
    "libcufft.so.10",
    "libcusolver.so.11",
    "libcusparse.so.11",
  ],
  cudnnLibrary: "libcudnn.so.8",
};

export const cuda12: CudaGeneration = {
  cuda: "12",
  cudnn: "9",
  driver: "525.60.13",
  computeCapability: Number.POSITIVE_INFINITY,
  libraries: [
    "libcudart.so.12",
    "libcublas.so.12",
    "libcublasLt.so.12",
    "libcufft.so.11",
    "libcusolver.so.11",
    "libcusparse.so.12",
  ],
  cudnnLibrary: "libcudnn.so.9",
};

/** Of a libtensorflow that was built for these versions, as `12.5.1` and `9`. */
export function cudaGeneration(cuda: string, cudnn: string): CudaGeneration {
  const base = isAtLeast(cuda, "12") ? cuda12 : cuda11;
  const computeCapability =
    base === cuda11 && isAtLeast(cuda, "11.8") ? 9.0 : base.computeCapability;
  const cudnnLibrary = `libcudnn.so.${cudnn.split(".", 1)[0]}`;
  return { ...base, cuda, cudnn, computeCapability, cudnnLibrary };
}

/** Whether a dotted version is at least another. */
export function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split(".").map(Number)) as [
    number[],
    number[],
  ];
  for (const [i, part] of b.entries()) {
    const own = a[i] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}
