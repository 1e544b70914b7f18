/** What an algebraic rule sees, and what it may say. */
import { constantData, isConstant, type Value } from "../../graph/index.ts";
import type { Visit } from "../rewrite.ts";

/** A primitive about to be copied. */
export interface Site extends Visit {
  readonly name: string;
  /** Whether the operand is used here alone: then what made it may be changed. */
  isOnlyUse(position: number): boolean;
}

/** An equal value that costs less, or null where the rule does not apply. */
export type Rule = (site: Site) => Value | null;

/** The number that every element of a small float constant is, or null. */
export function uniformNumber(value: Value): number | null {
  if (!isConstant(value.node) || value.dtype !== "float32") return null;
  const data = constantData(value);
  return data.length <= 64 && data.every((element) => element === data[0]) ? data[0]! : null;
}

/** The attributes' number of that name. */
export function numberOf(value: Value, name: string): number {
  return value.node.attributes[name] as number;
}

export const isMadeBy = (value: Value, name: string): boolean => value.node.operation.name === name;
