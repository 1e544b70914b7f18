/** The npm packages that bring TensorFlow, by the engine that runs on them. */
export const nativePackageNames = {
  tensorflow: "@tensorflow/tfjs-node",
  cuda: "@tensorflow/tfjs-node-gpu",
} as const;

export type NativeEngineName = keyof typeof nativePackageNames;
