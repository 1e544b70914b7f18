/** Reads the declarations of a style attribute or rule (CSS Syntax 3, section 5.4.5). */
export interface Declaration {
  readonly name: string;
  readonly value: string;
  readonly important: boolean;
}

/** Faulty declarations are passed over, up to the next semicolon that stands by itself. */
export function parseDeclarations(text: string): Declaration[] {
  const declarations: Declaration[] = [];
  let from = 0;
  while (from < text.length) {
    const end = declarationEnd(text, from);
    const declaration = parseDeclaration(text.slice(from, end));
    if (declaration !== undefined) declarations.push(declaration);
    from = end + 1;
  }
  return declarations;
}

function parseDeclaration(text: string): Declaration | undefined {
  const colon = text.indexOf(":");
  if (colon < 0) return undefined;
  const written = withoutComments(text.slice(0, colon)).trim();
  const custom = written.startsWith("--");
  const name = custom ? written : written.toLowerCase();
  let value = withoutComments(text.slice(colon + 1)).trim();
  const important = value.endsWith("important") && /!\s*important$/.test(value);
  if (important) value = value.slice(0, value.lastIndexOf("!")).trim();
  return name === "" || (value === "" && !custom) ? undefined : { name, value, important };
}

/** Index of the semicolon that ends a declaration: not one in quotes, brackets or a comment. */
function declarationEnd(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 59:
        if (depth === 0) return i;
        break;
      case 40:
        depth++;
        break;
      case 41:
        if (depth > 0) depth--;
        break;
      case 34:
      case 39:
        i = stringEnd(text, i);
        break;
      case 47:
        if (text.charCodeAt(i + 1) === 42) i = commentEnd(text, i);
    }
  }
  return text.length;
}

/** Index of the quote that closes the one at `at`. */
export function stringEnd(text: string, at: number): number {
  const quote = text.charCodeAt(at);
  for (let i = at + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === quote) return i;
    if (c === 92) i++;
  }
  return text.length;
}

/** Index of the slash that ends the comment which begins at `at`. */
export function commentEnd(text: string, at: number): number {
  const end = text.indexOf("*/", at + 2);
  return end < 0 ? text.length : end + 1;
}

export function withoutComments(text: string): string {
  if (!text.includes("/*")) return text;
  const parts: string[] = [];
  let from = 0;
  for (let at = text.indexOf("/*"); at >= 0; at = text.indexOf("/*", from)) {
    parts.push(text.slice(from, at));
    from = commentEnd(text, at) + 1;
  }
  parts.push(text.slice(from));
  return parts.join(" ");
}
