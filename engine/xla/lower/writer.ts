/** Writes the operations of a StableHLO function (https://openxla.org/stablehlo/spec), a line each. */
import { type DType, type Shape, sameShape, type TensorType } from "../../graph/index.ts";
import { scalarText } from "./constants.ts";
import { integersText, scalarOf, tensorText, typeOf } from "./types.ts";

/** A value of the function: its name, as `%3`, and its type. */
export interface Term {
  readonly name: string;
  readonly type: TensorType;
}

export type Comparison = "EQ" | "NE" | "LT" | "LE" | "GT" | "GE";

export class Writer {
  readonly #prefix: string;
  readonly #lines: string[] = [];
  readonly #regions: Writer[] = [];
  /** Scalars that were written already. */
  readonly #scalars = new Map<string, Term>();

  /** @param prefix of all names; those of numbers alone are the function's own. */
  constructor(prefix = "%") {
    this.#prefix = prefix;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Those of regions, too. */
  get operations(): number {
    return this.#regions.reduce((sum, { operations }) => sum + operations, this.#lines.length);
  }

  /** For what stands inside the next operation, as the body of a loop; it may read nothing outside. */
  region(): Writer {
    const outer = this.#prefix === "%" ? "%r" : this.#prefix;
    const region = new Writer(`${outer}${this.#lines.length}_${this.#regions.length}_`);
    this.#regions.push(region);
    return region;
  }

  /** Names for the operands of a region. */
  parameters(types: readonly TensorType[]): Term[] {
    return types.map((type, i) => ({ name: `${this.#prefix}p${i}`, type }));
  }

  /** Adds an operation whose text is given as it stands behind the equals sign. */
  emit(text: string, type: TensorType): Term {
    const name = `${this.#prefix}${this.#lines.length}`;
    this.#lines.push(`${name} = ${text}`);
    return { name, type };
  }

  /** The same of an operation with several results. */
  emitAll(text: string, types: readonly TensorType[]): Term[] {
    const name = `${this.#prefix}${this.#lines.length}`;
    this.#lines.push(`${name}:${types.length} = ${text}`);
    return types.map((type, i) => ({ name: `${name}#${i}`, type }));
  }

  /** @param attributes as `dimension = 0 : i64`. @param dialect `stablehlo` unless given. */
  add(
    operation: string,
    operands: readonly Term[],
    type: TensorType,
    attributes = "",
    dialect = "stablehlo",
  ): Term {
    const names = operands.map(({ name }) => name).join(", ");
    const types = operands.map((operand) => tensorText(operand.type)).join(", ");
    const properties = attributes === "" ? "" : ` <{${attributes}}>`;
    return this.emit(
      `"${dialect}.${operation}"(${names})${properties} : (${types}) -> ${tensorText(type)}`,
      type,
    );
  }

  constant(text: string, type: TensorType): Term {
    return this.emit(`stablehlo.constant dense<${text}> : ${tensorText(type)}`, type);
  }

  scalar(value: number, dtype: DType): Term {
    const text = scalarText(value, dtype);
    const key = `${dtype} ${text}`;
    const known = this.#scalars.get(key);
    if (known !== undefined) return known;
    const term = this.constant(text, scalarOf(dtype));
    this.#scalars.set(key, term);
    return term;
  }

  /** A number in every element. */
  splat(value: number, type: TensorType): Term {
    return this.broadcast(this.scalar(value, type.dtype), type.shape);
  }

  /** As in NumPy: axes are aligned at the end, sizes of 1 repeated. */
  broadcast(x: Term, shape: Shape): Term {
    if (sameShape(x.type.shape, shape)) return x;
    const offset = shape.length - x.type.shape.length;
    const dimensions = x.type.shape.map((_, axis) => axis + offset);
    const attributes = `broadcast_dimensions = ${integersText(dimensions)}`;
    return this.add("broadcast_in_dim", [x], typeOf(x.type.dtype, shape), attributes);
  }

  reshape(x: Term, shape: Shape): Term {
    if (sameShape(x.type.shape, shape)) return x;
    return this.add("reshape", [x], typeOf(x.type.dtype, shape));
  }

  convert(x: Term, dtype: DType): Term {
    return x.type.dtype === dtype ? x : this.add("convert", [x], typeOf(dtype, x.type.shape));
  }

  /** Of two terms of one type. */
  compare(direction: Comparison, a: Term, b: Term): Term {
    const { dtype, shape } = a.type;
    const isFloat = dtype === "float32" || dtype === "bfloat16";
    const kind = isFloat ? "FLOAT" : dtype === "int32" ? "SIGNED" : "UNSIGNED";
    const attributes = `comparison_direction = #stablehlo<comparison_direction ${direction}>, compare_type = #stablehlo<comparison_type ${kind}>`;
    return this.add("compare", [a, b], typeOf("bool", shape), attributes);
  }

  select(condition: Term, a: Term, b: Term): Term {
    return this.add("select", [condition, a, b], a.type);
  }

  /** 0, 1, 2… along an axis. */
  iota(shape: Shape, axis: number): Term {
    return this.add("iota", [], typeOf("int32", shape), `iota_dimension = ${axis} : i64`);
  }
}
