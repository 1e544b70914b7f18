/** Sets computed properties from their CSS names and values. */
import { type InheritedStyle, initialOwn, initialStyle, type OwnStyle } from "./computed.ts";
import { inheritedSetters } from "./inherited-properties.ts";
import { geometrySetters, ownSetters } from "./own-properties.ts";
import type { PropertyTarget, Setter } from "./setters.ts";
import { takeText, textProperties, textSetter } from "./text-properties.ts";

/** How a property is set; one of the two styles is copied before it changes. */
export interface Property {
  readonly name: string;
  readonly inherited: boolean;
  /** False where the value is invalid. */
  readonly set: Setter;
  /** Sets it as where it is not declared. */
  readonly unset: (target: PropertyTarget) => void;
}

const properties = new Map<string, Property>();

for (const [name, [field, set]] of Object.entries(inheritedSetters)) {
  const take = (target: PropertyTarget, from: Readonly<InheritedStyle>) =>
    Object.assign(target.inherited, { [field]: from[field] });
  const unset = (target: PropertyTarget) => void take(target, target.parent.inherited);
  const setAny: Setter = (target, value) => {
    const wide = wideKeyword(value);
    if (wide === undefined) return set(target, value);
    if (wide === "initial") take(target, initialStyle);
    else unset(target);
    return true;
  };
  properties.set(name, { name, inherited: true, set: setAny, unset });
}

for (const [name, [field, set]] of Object.entries(ownSetters)) {
  const take = (target: PropertyTarget, from: Readonly<OwnStyle>) =>
    Object.assign(target.own, { [field]: from[field] });
  const unset = (target: PropertyTarget) => void take(target, initialOwn);
  const setAny: Setter = (target, value) => {
    const wide = wideKeyword(value);
    if (wide === undefined) return set(target, value);
    if (wide === "inherit") take(target, target.parent.own);
    else unset(target);
    return true;
  };
  properties.set(name, { name, inherited: false, set: setAny, unset });
}

for (const name of textProperties) {
  const setOwn = textSetter(name);
  const unset = (target: PropertyTarget) => takeText(target, name, target.parent.inherited);
  const set: Setter = (target, value) => {
    const wide = wideKeyword(value);
    if (wide === undefined) return setOwn(target, value);
    if (wide === "initial") takeText(target, name);
    else unset(target);
    return true;
  };
  properties.set(name, { name, inherited: true, set, unset });
}

/** The property of a name, which may be a presentation attribute. */
export function propertyNamed(name: string): Property | undefined {
  return properties.get(name);
}

/** Geometry that only declarations set: as attributes these are read by their element. */
export const geometryProperties: ReadonlyMap<string, Property> = new Map(
  Object.entries(geometrySetters).map(([name, set]) => {
    const unset = ({ own }: PropertyTarget) => void own.geometry?.delete(name);
    return [name, { name, inherited: false, set, unset }];
  }),
);

/** `unset` and its like mean `inherit` for a property that is inherited, else `initial`. */
function wideKeyword(value: string): "inherit" | "initial" | "unset" | undefined {
  const c = value.charCodeAt(0) | 32;
  if (c !== 105 && c !== 117 && c !== 114 && c !== 32) return undefined;
  switch (value.trim().toLowerCase()) {
    case "inherit":
      return "inherit";
    case "unset":
    case "revert":
    case "revert-layer":
      return "unset";
    case "initial":
      return "initial";
    default:
      return undefined;
  }
}
