/** What an engine need not write itself: its buffers, its programs, its accounts. */
export { BoundBuffers, type Buffers, type Donations } from "./binding.ts";
export { EngineBuffer, type Forget, HostArrayBuffer } from "./buffer.ts";
export { BaseEngine } from "./engine.ts";
export { explain } from "./failures.ts";
export { BaseProgram } from "./program.ts";
export { type Shared, SharedPool } from "./shared-pool.ts";
export { checkThreads, countThreads, defaultThreads } from "./threads.ts";
