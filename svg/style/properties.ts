/** Sets computed properties from their CSS names and values. */
import { type InheritedStyle, initialOwn, initialStyle } from "./computed.ts";
import { inheritedSetters } from "./inherited-properties.ts";
import { geometrySetters, ownSetters } from "./own-properties.ts";
import type { PropertyTarget, Setter } from "./setters.ts";

/** How a property is set; one of the two styles is copied before it changes. */
export interface Property {
  readonly name: string;
  readonly inherited: boolean;
  readonly set: (target: PropertyTarget, value: string) => boolean;
}

const properties = new Map<string, Property>();

for (const [name, [field, set]] of Object.entries(inheritedSetters)) {
  const inherit = (target: PropertyTarget, from: Readonly<InheritedStyle>) =>
    Object.assign(target.inherited, { [field]: from[field] });
  const setAny: Setter = (target, value) => {
    const wide = wideKeyword(value);
    if (wide === undefined) return set(target, value);
    inherit(target, wide === "initial" ? initialStyle : target.parent);
    return true;
  };
  properties.set(name, { name, inherited: true, set: setAny });
}

for (const [name, [field, set]] of Object.entries(ownSetters)) {
  const setAny: Setter = (target, value) => {
    if (wideKeyword(value) === undefined) return set(target, value);
    Object.assign(target.own, { [field]: initialOwn[field] });
    return true;
  };
  properties.set(name, { name, inherited: false, set: setAny });
}

/** The property of a name, which may be a presentation attribute. */
export function propertyNamed(name: string): Property | undefined {
  return properties.get(name);
}

/** Geometry that only declarations set: as attributes these are read by their element. */
export const geometryProperties: ReadonlyMap<string, Property> = new Map(
  Object.entries(geometrySetters).map(([name, set]) => [name, { name, inherited: false, set }]),
);

/** `inherit` of a property that is not inherited is taken for its initial value: none needs it. */
function wideKeyword(value: string): "inherit" | "initial" | undefined {
  const c = value.charCodeAt(0) | 32;
  if (c !== 105 && c !== 117 && c !== 114 && c !== 32) return undefined;
  switch (value.trim().toLowerCase()) {
    case "inherit":
    case "unset":
    case "revert":
    case "revert-layer":
      return "inherit";
    case "initial":
      return "initial";
    default:
      return undefined;
  }
}
