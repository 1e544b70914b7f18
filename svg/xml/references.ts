/** Character and entity references. Entities that a document declares are counted, never expanded. */
import type { DropCounter } from "../drops.ts";

const predefined = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** `fail` is called with a message and an offset within `value`. */
export function decodeReferences(
  value: string,
  drops: DropCounter,
  fail: (message: string, offset: number) => never,
): string {
  const parts: string[] = [];
  let from = 0;
  for (;;) {
    const at = value.indexOf("&", from);
    if (at < 0) break;
    const end = value.indexOf(";", at);
    if (end < 0) fail("& must begin a reference such as &amp;", at);
    const name = value.slice(at + 1, end);
    parts.push(value.slice(from, at));
    if (name.startsWith("#")) parts.push(decodeCharacter(name, at, fail));
    else {
      const text = predefined.get(name);
      if (text !== undefined) parts.push(text);
      else if (/^[\p{L}_:][\p{L}\p{N}_:.-]*$/u.test(name)) drops.add("entity");
      else fail("& must begin a reference such as &amp;", at);
    }
    from = end + 1;
  }
  parts.push(value.slice(from));
  return parts.join("");
}

function decodeCharacter(
  name: string,
  offset: number,
  fail: (message: string, offset: number) => never,
): string {
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
  if (!allowed) fail(`&${name}; is no character of XML`, offset);
  return String.fromCodePoint(code);
}
