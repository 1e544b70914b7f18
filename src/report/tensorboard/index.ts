/** Event files for TensorBoard. */

export type { Moment } from "./event.ts";
export {
  type Event,
  endEvent,
  hyperparametersEvent,
  imageEvent,
  textEvent,
  versionEvent,
} from "./event.ts";
export { EventFile } from "./event-file.ts";
export { recordEvent } from "./record-event.ts";
