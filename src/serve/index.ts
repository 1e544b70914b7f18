/** Models over HTTP: OpenAI's interface, drawings, and a page. */
export type { ServedModel } from "./engine/protocol.ts";
export { type RunningServer, type ServeOptions, serve } from "./serve.ts";
