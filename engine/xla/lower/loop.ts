/** Loops of a fixed number of rounds, and slices whose place is known when they run. */
import type { Shape } from "../../graph/index.ts";
import { denseText } from "./constants.ts";
import { integersText, tensorText, typeOf } from "./types.ts";
import type { Term, Writer } from "./writer.ts";

/** What one round makes of what the rounds carry. `round` counts from 0. */
export type Round = (writer: Writer, round: Term, carried: readonly Term[]) => readonly Term[];

/**
 * What is carried, after all rounds. A round reads nothing but that: XLA's loops see nothing outside.
 * What a round gives back as it was costs nothing.
 */
export function repeat(
  writer: Writer,
  rounds: number,
  carried: readonly Term[],
  round: Round,
): Term[] {
  const initial = [writer.scalar(0, "int32"), ...carried];
  const types = initial.map(({ type }) => type);
  const test = writer.region();
  const [at] = test.parameters(types);
  const goesOn = test.compare("LT", at!, test.scalar(rounds, "int32"));
  const body = writer.region();
  const [count, ...given] = body.parameters(types);
  const next = body.add("add", [count!, body.scalar(1, "int32")], count!.type);
  const results = [next, ...round(body, count!, given)];
  const names = initial.map(({ name }) => name).join(", ");
  const texts = types.map(tensorText).join(", ");
  const regions = [regionText(test, types, [goesOn]), regionText(body, types, results)];
  const operands = `(${names}) (${regions.join(", ")})`;
  return writer.emitAll(`"stablehlo.while"${operands} : (${texts}) -> (${texts})`, types).slice(1);
}

function regionText(writer: Writer, types: Term["type"][], results: readonly Term[]): string {
  const parameters = writer
    .parameters(types)
    .map(({ name, type }) => `${name}: ${tensorText(type)}`);
  const lines = writer.lines.map((line) => `      ${line}\n`).join("");
  const names = results.map(({ name }) => name).join(", ");
  const texts = results.map(({ type }) => tensorText(type)).join(", ");
  return `{
    ^bb0(${parameters.join(", ")}):
${lines}      "stablehlo.return"(${names}) : (${texts}) -> ()
    }`;
}

/** An element of a table of integers. */
export function numberAt(writer: Writer, table: readonly number[], at: Term): Term {
  const type = typeOf("int32", [table.length]);
  const all = writer.constant(denseText(Int32Array.from(table), type), type);
  return writer.reshape(sliceAt(writer, all, 0, at, 1), []);
}

/** `size` elements of an axis from a place on. */
export function sliceAt(writer: Writer, x: Term, axis: number, start: Term, size: number): Term {
  const shape = x.type.shape.map((length, i) => (i === axis ? size : length));
  const operands = [x, ...startsOf(writer, x.type.shape, axis, start)];
  const sizes = `slice_sizes = ${integersText(shape)}`;
  return writer.add("dynamic_slice", operands, typeOf(x.type.dtype, shape), sizes);
}

/** The tensor with another slice in the place of its own. */
export function putAt(writer: Writer, x: Term, axis: number, start: Term, slice: Term): Term {
  const starts = startsOf(writer, x.type.shape, axis, start);
  return writer.add("dynamic_update_slice", [x, slice, ...starts], x.type);
}

function startsOf(writer: Writer, shape: Shape, axis: number, start: Term): Term[] {
  return shape.map((_, i) => (i === axis ? start : writer.scalar(0, "int32")));
}
