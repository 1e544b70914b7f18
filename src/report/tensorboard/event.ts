/**
 * Events as TensorBoard reads them (tensorboard/compat/proto/event.proto and summary.proto): scalars,
 * pictures, texts and hyper-parameters.
 */
import { ProtobufMessage } from "../../../engine/index.ts";

/** One event, encoded. */
export type Event = Uint8Array;

const field = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 } as const;
const summaryValue = { tag: 1, simpleValue: 2, image: 4, tensor: 8, metadata: 9 } as const;
/** Of tensors. */
const dataType = { float: 1, string: 7 } as const;

/** The first of every file. @param at seconds since 1970 */
export function versionEvent(at: number): Event {
  const event = new ProtobufMessage().double(field.wallTime, at);
  return event.string(field.fileVersion, "brain.Event:2").assemble();
}

export interface Moment {
  readonly step: number;
  /** Seconds since 1970. */
  readonly at: number;
}

/** @param values by tag */
export function scalarEvent(moment: Moment, values: Readonly<Record<string, number>>): Event {
  const shown = Object.entries(values).map(([tag, value]) =>
    new ProtobufMessage().string(summaryValue.tag, tag).float(summaryValue.simpleValue, value),
  );
  return summaryEvent(moment, shown);
}

/** @param png of 8 bits a channel */
export function imageEvent(moment: Moment, tag: string, png: Uint8Array): Event {
  const header = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const [width, height] = [header.getUint32(16), header.getUint32(20)];
  const image = new ProtobufMessage().integer(1, height).integer(2, width);
  // Red, green, blue and alpha.
  image.integer(3, 4).bytes(4, png);
  const value = new ProtobufMessage().string(summaryValue.tag, tag);
  return summaryEvent(moment, [value.message(summaryValue.image, image)]);
}

/** @param text Markdown */
export function textEvent(moment: Moment, tag: string, text: string): Event {
  const tensor = new ProtobufMessage().integer(1, dataType.string);
  tensor.message(2, new ProtobufMessage()).string(8, text);
  return summaryEvent(moment, [tensorValue(tag, "text", new Uint8Array(), tensor)]);
}

/** A run's hyper-parameters, told once at its begin. @param name of the run, by which seeds and the like are one */
export function hyperparametersEvent(
  { at }: Moment,
  name: string,
  values: Readonly<Record<string, number | boolean | string>>,
): Event {
  const session = new ProtobufMessage();
  for (const [key, value] of Object.entries(values)) {
    const entry = new ProtobufMessage().string(1, key).message(2, plainValue(value));
    session.message(1, entry);
  }
  session.string(4, name).double(5, at);
  return sessionEvent("_hparams_/session_start_info", at, 3, session);
}

/** That the run has come to its end. */
export function endEvent({ at }: Moment): Event {
  // Of status success.
  const session = new ProtobufMessage().integer(1, 1).double(2, at);
  return sessionEvent("_hparams_/session_end_info", at, 4, session);
}

function sessionEvent(tag: string, at: number, kind: number, session: ProtobufMessage): Event {
  const content = new ProtobufMessage().integer(1, 0).message(kind, session).assemble();
  const nothing = new ProtobufMessage().integer(1, dataType.float);
  const one = new ProtobufMessage().message(2, new ProtobufMessage().integer(1, 1));
  nothing.message(2, one).float(5, 0);
  return summaryEvent({ step: 0, at }, [tensorValue(tag, "hparams", content, nothing)]);
}

function tensorValue(
  tag: string,
  plugin: string,
  content: Uint8Array,
  tensor: ProtobufMessage,
): ProtobufMessage {
  const data = new ProtobufMessage().string(1, plugin).bytes(2, content);
  const metadata = new ProtobufMessage().message(1, data);
  return new ProtobufMessage()
    .string(summaryValue.tag, tag)
    .message(summaryValue.tensor, tensor)
    .message(summaryValue.metadata, metadata);
}

/** google.protobuf.Value. */
function plainValue(value: number | boolean | string): ProtobufMessage {
  const message = new ProtobufMessage();
  if (typeof value === "number") return message.double(2, value);
  if (typeof value === "string") return message.string(3, value);
  return message.integer(4, Number(value));
}

function summaryEvent({ step, at }: Moment, values: readonly ProtobufMessage[]): Event {
  const summary = new ProtobufMessage();
  for (const value of values) summary.message(1, value);
  const event = new ProtobufMessage().double(field.wallTime, at).integer(field.step, step);
  return event.message(field.summary, summary).assemble();
}
