/** Whether tensors of a file are the same, without holding either. */
import type { TensorReader } from "./tensor.ts";

/** Numbers that are compared at a time. */
const comparedAtOnce = 2 ** 20;

/** Whether two tensors of a file hold the same numbers. */
export function areEqual(file: TensorReader, one: string, other: string): boolean {
  const [a, b] = [file.tensors.get(one)!.shape, file.tensors.get(other)!.shape];
  if (a.join() !== b.join()) return false;
  const size = a.reduce((product, each) => product * each, 1);
  for (let start = 0; start < size; start += comparedAtOnce) {
    const range = { start, end: Math.min(start + comparedAtOnce, size) };
    const values = file.readFloat32(other, { range });
    if (file.readFloat32(one, { range }).some((value, i) => value !== values[i])) return false;
  }
  return true;
}
