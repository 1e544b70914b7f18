/** Character and entity references. */
import type { DropCounter } from "../drops.ts";
import type { Entities } from "./entities.ts";

const predefined = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** A fault at an offset within the value; `limit` where the value is well-formed but too much. */
export type ReferenceFault = (code: "xml" | "limit", message: string, offset: number) => never;

export interface ReferenceContext {
  /** null where the document declares none. */
  readonly entities: Entities | null;
  readonly drops: DropCounter;
  readonly fail: ReferenceFault;
}

/** An entity that is not declared here, or that stands for elements, is counted and left out. */
export function decodeReferences(value: string, context: ReferenceContext): string {
  return decode(value, context, 0, 0);
}

/** @param at where the outermost reference stands, once within one */
function decode(value: string, context: ReferenceContext, depth: number, at: number): string {
  const parts: string[] = [];
  let from = 0;
  for (;;) {
    const start = value.indexOf("&", from);
    if (start < 0) break;
    const offset = depth === 0 ? start : at;
    const end = value.indexOf(";", start);
    if (end < 0) context.fail("xml", "& must begin a reference such as &amp;", offset);
    const name = value.slice(start + 1, end);
    parts.push(value.slice(from, start), reference(name, context, depth, offset));
    from = end + 1;
  }
  parts.push(value.slice(from));
  return parts.join("");
}

function reference(name: string, context: ReferenceContext, depth: number, offset: number): string {
  const { entities, drops, fail } = context;
  if (name.startsWith("#")) return decodeCharacter(name, offset, fail);
  const text = predefined.get(name);
  if (text !== undefined) return text;
  if (!/^[\p{L}_:][\p{L}\p{N}_:.-]*$/u.test(name)) {
    fail("xml", "& must begin a reference such as &amp;", offset);
  }
  const declared = entities?.get(name);
  if (declared === undefined || declared.includes("<")) {
    drops.add("entity");
    return "";
  }
  const refused = entities!.charge(declared, depth);
  if (refused !== null) fail("limit", refused, offset);
  return decode(declared, context, depth + 1, offset);
}

function decodeCharacter(name: string, offset: number, fail: ReferenceFault): string {
  const hexadecimal = name.startsWith("#x");
  const digits = name.slice(hexadecimal ? 2 : 1);
  const valid = (hexadecimal ? /^[0-9a-fA-F]{1,8}$/ : /^[0-9]{1,8}$/).test(digits);
  const code = valid ? Number.parseInt(digits, hexadecimal ? 16 : 10) : 0;
  const allowed =
    code === 9 ||
    code === 10 ||
    code === 13 ||
    (code >= 0x20 && code < 0xd800) ||
    (code >= 0xe000 && code <= 0x10ffff && code !== 0xfffe && code !== 0xffff);
  if (!allowed) fail("xml", `&${name}; is no character of XML`, offset);
  return String.fromCodePoint(code);
}
