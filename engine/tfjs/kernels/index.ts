/** Kernels of the interpreter, by operation. */
export type { Kernel, Kernels } from "./kernel.ts";
export { nativeKernels } from "./native.ts";
export { kernels } from "./table.ts";
