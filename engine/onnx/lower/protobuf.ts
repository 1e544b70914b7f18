/**
 * The protocol-buffer wire format, writing side only: what an ONNX file and an event file need. Large byte fields are
 * kept as views until the message is assembled, so that weights are copied once.
 * Encoding: https://protobuf.dev/programming-guides/encoding/
 */
const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const textEncoder = new TextEncoder();
/** From so many bytes a field is a part of its own; fewer are copied sooner than kept track of. */
const fewestOfPart = 256;

export class ProtobufMessage {
  /** What is written so far, but for the end. */
  readonly #parts: (Uint8Array | readonly number[])[] = [];
  /** Bytes at the end, one by one: most fields have a few. */
  #end: number[] = [];
  #partsLength = 0;

  get byteLength(): number {
    return this.#partsLength + this.#end.length;
  }

  /** int32, int64, enum or bool. @param value a safe integer; negative ones take ten bytes. */
  integer(field: number, value: number): this {
    appendVarint(this.#end, (field << 3) | wireType.varint);
    appendVarint(this.#end, value);
    return this;
  }

  float(field: number, value: number): this {
    appendVarint(this.#end, (field << 3) | wireType.fixed32);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.#append(bytes);
    return this;
  }

  double(field: number, value: number): this {
    appendVarint(this.#end, (field << 3) | wireType.fixed64);
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    this.#append(bytes);
    return this;
  }

  string(field: number, value: string): this {
    const start = this.#end.length;
    this.#header(field, value.length);
    // Names are of ASCII nearly always, whose characters are their bytes.
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) {
        this.#end.length = start;
        return this.bytes(field, textEncoder.encode(value));
      }
      this.#end.push(code);
    }
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#header(field, value.byteLength);
    this.#append(value);
    return this;
  }

  /** The child is complete: what is added to it later is not seen. */
  message(field: number, child: ProtobufMessage): this {
    this.#header(field, child.byteLength);
    for (const part of child.#parts) this.#append(part);
    this.#append(child.#end);
    // It may have become a part here.
    if (child.#end.length >= fewestOfPart) child.#closeEnd();
    return this;
  }

  /** Integers one after the other in one field. */
  packedIntegers(field: number, values: readonly number[]): this {
    const encoded: number[] = [];
    for (const value of values) appendVarint(encoded, value);
    this.#header(field, encoded.length);
    this.#append(encoded);
    return this;
  }

  assemble(): Uint8Array<ArrayBuffer> {
    const result = new Uint8Array(this.byteLength);
    let offset = 0;
    for (const part of [...this.#parts, this.#end]) {
      result.set(part, offset);
      offset += part.length;
    }
    return result;
  }

  #header(field: number, byteLength: number): void {
    appendVarint(this.#end, (field << 3) | wireType.bytes);
    appendVarint(this.#end, byteLength);
  }

  #append(bytes: Uint8Array | readonly number[]): void {
    if (bytes.length < fewestOfPart) {
      for (let i = 0; i < bytes.length; i++) this.#end.push(bytes[i]!);
      return;
    }
    this.#closeEnd();
    this.#parts.push(bytes);
    this.#partsLength += bytes.length;
  }

  #closeEnd(): void {
    if (this.#end.length === 0) return;
    this.#parts.push(this.#end);
    this.#partsLength += this.#end.length;
    this.#end = [];
  }
}

function appendVarint(to: number[], value: number): void {
  if (value < 0) {
    appendNegative(to, value);
    return;
  }
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) to.push((rest % 0x80) | 0x80);
  to.push(rest);
}

/** In two's complement of 64 bits. */
function appendNegative(to: number[], value: number): void {
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) to.push(Number(rest & 0x7fn) | 0x80);
  to.push(Number(rest));
}
