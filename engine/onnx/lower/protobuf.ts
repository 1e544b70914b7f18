/**
 * The protocol-buffer wire format, writing side only: what an ONNX file and an event file need. Large byte fields are
 * kept as views until the message is assembled, so that weights are copied once.
 * Encoding: https://protobuf.dev/programming-guides/encoding/
 */
const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const textEncoder = new TextEncoder();

export class ProtobufMessage {
  readonly #parts: Uint8Array[] = [];
  #byteLength = 0;

  get byteLength(): number {
    return this.#byteLength;
  }

  /** int32, int64, enum or bool. @param value a safe integer; negative ones take ten bytes. */
  integer(field: number, value: number): this {
    this.#append(encodeVarint((field << 3) | wireType.varint));
    this.#append(encodeVarint(value));
    return this;
  }

  float(field: number, value: number): this {
    this.#append(encodeVarint((field << 3) | wireType.fixed32));
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.#append(bytes);
    return this;
  }

  double(field: number, value: number): this {
    this.#append(encodeVarint((field << 3) | wireType.fixed64));
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    this.#append(bytes);
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, textEncoder.encode(value));
  }

  bytes(field: number, value: Uint8Array): this {
    this.#header(field, value.byteLength);
    this.#append(value);
    return this;
  }

  /** The child is complete: what is added to it later is not seen. */
  message(field: number, child: ProtobufMessage): this {
    this.#header(field, child.#byteLength);
    for (const part of child.#parts) this.#append(part);
    return this;
  }

  /** Integers one after the other in one field. */
  packedIntegers(field: number, values: readonly number[]): this {
    const encoded = values.map(encodeVarint);
    this.#header(
      field,
      encoded.reduce((length, bytes) => length + bytes.byteLength, 0),
    );
    for (const bytes of encoded) this.#append(bytes);
    return this;
  }

  assemble(): Uint8Array<ArrayBuffer> {
    const result = new Uint8Array(this.#byteLength);
    let offset = 0;
    for (const part of this.#parts) {
      result.set(part, offset);
      offset += part.byteLength;
    }
    return result;
  }

  #header(field: number, byteLength: number): void {
    this.#append(encodeVarint((field << 3) | wireType.bytes));
    this.#append(encodeVarint(byteLength));
  }

  #append(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#byteLength += bytes.byteLength;
  }
}

function encodeVarint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
