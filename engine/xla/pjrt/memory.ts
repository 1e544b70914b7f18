/** A struct of PJRT in memory, and what its pointers lead to. */
import koffi from "koffi";
import { type FieldOf, layoutOf, type StructLayout, type StructName } from "./structs.ts";

/** Address of an object of the plug-in; 0 is none. */
export type Handle = bigint;

/** What a field is set to: a number, an address, or memory of ours that it points to. */
export type FieldValue = number | bigint | ArrayBufferView | Struct<StructName>;

export type FieldValues<Name extends StructName> = {
  readonly [Field in FieldOf<Name>]?: FieldValue;
};

/** Memory of its own, which the collector does not move. */
export const allocateBytes = (size: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(new ArrayBuffer(size));

export function bytesOfText(text: string): Uint8Array<ArrayBuffer> {
  const length = Buffer.byteLength(text);
  const bytes = allocateBytes(Math.max(1, length));
  Buffer.from(bytes.buffer).write(text);
  return bytes.subarray(0, length);
}

/** Integers of 64 bits. At least one, so that there is an address. */
export function int64s(values: readonly number[]): BigInt64Array<ArrayBuffer> {
  const array = new BigInt64Array(new ArrayBuffer(8 * Math.max(1, values.length)));
  for (const [i, value] of values.entries()) array[i] = BigInt(value);
  return array;
}

export const handles = (values: readonly Handle[]): BigUint64Array<ArrayBuffer> => {
  const array = new BigUint64Array(new ArrayBuffer(8 * Math.max(1, values.length)));
  array.set(values);
  return array;
};

export const addressOf = (memory: ArrayBufferView): Handle => BigInt(koffi.address(memory));

export class Struct<Name extends StructName> {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #name: Name;
  readonly #layout: StructLayout;
  readonly #view: DataView;
  /** Alive as long as the struct. */
  readonly #pointedTo: unknown[] = [];

  /** @param minor of the plug-in's version, which says how large the struct is. */
  constructor(name: Name, minor: number, values: FieldValues<Name> = {}) {
    this.#name = name;
    this.#layout = layoutOf(name, minor);
    // Padding at the end is allocated, but not counted.
    this.bytes = allocateBytes(Math.ceil(this.#layout.size / 8) * 8);
    this.#view = new DataView(this.bytes.buffer);
    this.#view.setBigUint64(0, BigInt(this.#layout.size), true);
    for (const [field, value] of Object.entries(values)) {
      if (value !== undefined) this.#set(field, value as FieldValue);
    }
  }

  get size(): number {
    return this.#layout.size;
  }

  /** A number or an address that the plug-in has written; 0 of a field that its version lacks. */
  get(field: FieldOf<Name>): bigint {
    const place = this.#layout.fields.get(field);
    if (place === undefined) return 0n;
    const { offset, bytes } = place;
    if (bytes === 1) return BigInt(this.#view.getUint8(offset));
    return bytes === 4
      ? BigInt(this.#view.getInt32(offset, true))
      : this.#view.getBigUint64(offset, true);
  }

  #set(field: string, value: FieldValue): void {
    const place = this.#layout.fields.get(field);
    if (place === undefined) throw new RangeError(`${this.#name} has no field ${field}`);
    if (typeof value === "object") this.#pointedTo.push(value);
    if (place.bytes === 4) this.#view.setInt32(place.offset, Number(value), true);
    else this.#view.setBigUint64(place.offset, toAddress(value), true);
  }
}

function toAddress(value: FieldValue): bigint {
  if (value instanceof Struct) return addressOf(value.bytes);
  return typeof value === "object" ? addressOf(value) : BigInt(value);
}

/** Copies what lies at an address. */
export function copyBytes(address: Handle, size: number): Uint8Array {
  if (address === 0n || size === 0) return new Uint8Array(0);
  const view = new Uint8Array(koffi.view(address, size));
  return view.slice();
}

export const copyText = (address: Handle, size: bigint): string =>
  Buffer.from(copyBytes(address, Number(size))).toString();

export function copyHandles(address: Handle, count: bigint): Handle[] {
  const bytes = copyBytes(address, 8 * Number(count));
  return [...new BigUint64Array(bytes.buffer, 0, Number(count))];
}
