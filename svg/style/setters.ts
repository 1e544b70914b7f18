/** How properties are set, and the kinds of values that several of them share. */
import type { DropCounter } from "../drops.ts";
import { parseFraction, parseLength } from "../read/length.ts";
import type { ElementStyle, InheritedStyle, OwnStyle } from "./computed.ts";
import { hasVariable } from "./variables.ts";

/** Where a value is written; what may be left out of it depends on that. */
export type Origin = "attribute" | "inline" | "sheet";

/** The element whose properties are being set, and what its values refer to. */
export interface PropertyTarget {
  inherited: InheritedStyle;
  own: OwnStyle;
  readonly parent: ElementStyle;
  origin: Origin;
  /** What a percentage of a length that has no direction is of. */
  readonly diagonal: number;
  readonly drops: DropCounter;
}

/** Sets the property; false where the value is invalid. */
export type Setter = (target: PropertyTarget, value: string) => boolean;

export function keyword<T extends string>(
  words: Readonly<Record<string, T>>,
  set: (target: PropertyTarget, word: T) => void,
): Setter {
  const known = new Map(Object.entries(words));
  return (target, value) => {
    const word = known.get(value) ?? known.get(value.trim().toLowerCase());
    if (word === undefined) return false;
    set(target, word);
    return true;
  };
}

export function opacity(set: (target: PropertyTarget, value: number) => void): Setter {
  return (target, value) => {
    const fraction = parseFraction(value);
    if (fraction === undefined) return false;
    set(target, Math.min(Math.max(fraction, 0), 1));
    return true;
  };
}

export function length(set: (target: PropertyTarget, value: number) => boolean): Setter {
  return (target, value) => {
    const parsed = parseLength(value, target.diagonal, target.inherited.units);
    return parsed !== undefined && set(target, parsed);
  };
}

/** Takes any value but one with variables, which must be replaced first. */
export function raw(set: (target: PropertyTarget, value: string) => void): Setter {
  return (target, value) => {
    if (hasVariable(value)) return false;
    set(target, value.trim());
    return true;
  };
}
