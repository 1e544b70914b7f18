/**
 * The protocol-buffer wire format, reading side: what the compiler's own modules need of it.
 * Encoding: https://protobuf.dev/programming-guides/encoding/
 */
import { EngineError } from "../../engine.ts";

/** A field's number, and its value: bytes of strings, messages and packed numbers, a number of the rest. */
export interface ProtobufField {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly integer: number;
}

const nothing = new Uint8Array(0);
const fixedBytes: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

/** The fields of a message, in their order. @throws EngineError where it ends too early. */
export function* fieldsOf(message: Uint8Array): Generator<ProtobufField> {
  const reader = new Reader(message);
  while (!reader.atEnd) {
    const tag = reader.varint();
    const [number, wireType] = [Math.floor(tag / 8), tag % 8];
    if (wireType === 0) yield { number, bytes: nothing, integer: reader.varint() };
    else {
      const length = wireType === 2 ? reader.varint() : fixedBytes[wireType];
      if (length === undefined) throw new EngineError(`a message has the wire type ${wireType}`);
      yield { number, bytes: reader.take(length), integer: 0 };
    }
  }
}

/** Numbers of a repeated field, which are packed into bytes, or one alone. */
export function integersOf({ bytes, integer }: ProtobufField): number[] {
  if (bytes.length === 0) return [integer];
  const reader = new Reader(bytes);
  const numbers: number[] = [];
  while (!reader.atEnd) numbers.push(reader.varint());
  return numbers;
}

export const textOf = ({ bytes }: ProtobufField): string => Buffer.from(bytes).toString();

class Reader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  /** Exact up to 2^53; negative numbers, which nobody asks for, are not. */
  varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#bytes[this.#offset++];
      if (byte === undefined) throw new EngineError("a message ends within a number");
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  take(length: number): Uint8Array {
    const end = this.#offset + length;
    if (end > this.#bytes.length) throw new EngineError("a message ends within a field");
    const part = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return part;
  }
}
