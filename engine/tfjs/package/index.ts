/** The npm packages that bring TensorFlow: where they are, and what of them this process has loaded. */
export * from "./loaded-library.ts";
export * from "./names.ts";
export * from "./native-package.ts";
export * from "./portable-packages.ts";
