/**
 * The native library of this process. TensorFlow.js registers one backend of a name and hands out the
 * first to whoever loads another, so a second library would be loaded and never be used.
 */
import type { NativeEngineName } from "./names.ts";

export interface LoadedLibrary {
  readonly engine: NativeEngineName;
  /** What it computes with until the process ends. */
  readonly threads: number;
}

let loaded: LoadedLibrary | null = null;

export const loadedLibrary = (): LoadedLibrary | null => loaded;

export function noteLoaded(library: LoadedLibrary): void {
  loaded = library;
}
