/** Input that means harm, or is broken: a typed error with its place, or a counted drop, and soon. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing, printDrawing, SvgError, type SvgErrorCode } from "../../svg/index.ts";

const wrap = (body: string, attributes = "") =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" ${attributes}>${body}</svg>`;

function refused(source: string | Uint8Array): SvgError {
  try {
    parseDrawing(source, { file: "bad.svg" });
  } catch (error) {
    if (error instanceof SvgError) return error;
    throw error;
  }
  throw new Error("it was parsed");
}

function refuses(source: string | Uint8Array, code: SvgErrorCode, line?: number, column?: number) {
  const error = refused(source);
  assert.is(error.code, code, error.message);
  if (line !== undefined) assert.equal([error.line, error.column], [line, column], error.message);
}

/** Fails what takes more of a processor's time than any honest drawing. */
function soon<T>(work: () => T, seconds = 5): T {
  const started = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(started);
  const taken = (user + system) / 1e6;
  assert.ok(taken < seconds, `took ${taken.toFixed(1)} s`);
  return result;
}

test("errors name the file, line and column", () => {
  const error = refused("<svg>\n  <path d='M0 0'\n</svg>");
  assert.is(error.file, "bad.svg");
  assert.match(error.message, /^bad\.svg:3:1: /);
});

test("text that is not well-formed is refused where it breaks", () => {
  refuses("", "xml", 1, 1);
  refuses("   \n ", "xml", 2, 2);
  refuses("hello", "xml", 1, 1);
  refuses("<svg>", "xml", 1, 6);
  refuses("<svg></g>", "xml", 1, 6);
  refuses("<svg/><svg/>", "xml", 1, 7);
  refuses("<svg/>text", "xml", 1, 7);
  refuses("<svg a=1/>", "xml", 1, 8);
  refuses("<svg a/>", "xml", 1, 7);
  refuses("<svg a='1' a='2'/>", "xml", 1, 12);
  refuses("<svg a='1'b='2'/>", "xml", 1, 11);
  refuses("<svg a='<'/>", "xml", 1, 9);
  refuses("<svg a='1/>", "xml", 1, 8);
  refuses("<svg a='&'/>", "xml", 1, 9);
  refuses("<svg a='&#0;'/>", "xml", 1, 9);
  refuses("<svg a='&#xd800;'/>", "xml", 1, 9);
  refuses("<svg><!-- </svg>", "xml", 1, 6);
  refuses("<svg><![CDATA[ </svg>", "xml", 1, 6);
  refuses("<?xml <svg/>", "xml", 1, 1);
  refuses("<!DOCTYPE svg [<svg/>", "xml", 1, 1);
  refuses("<svg><!ELEMENT></svg>", "xml", 1, 6);
  refuses("<svg><1/></svg>", "xml", 1, 7);
  refuses("<svg><g / ></g></svg>", "xml", 1, 9);
  refuses("<svg", "xml", 1, 1);
  refuses("<", "xml", 1, 2);
});

test("control characters are refused", () => {
  refuses("<svg>\0</svg>", "xml", 1, 6);
  refuses("<svg a='\x01'/>", "xml", 1, 9);
  refuses("<svg>\n\t\x1b</svg>", "xml", 2, 2);
});

test("a document that is no drawing is refused", () => {
  refuses("<html><svg/></html>", "root", 1, 1);
  refuses('<svg xmlns="urn:other"/>', "root", 1, 1);
});

test("a view box without area is refused, and one that is none ignored", () => {
  refuses('<svg viewBox="0 0 0 10"/>', "view-box", 1, 1);
  refuses('<svg width="0" height="10"/>', "view-box");
  refuses('<svg viewBox="0 0 1e-320 1e-320"/>', "view-box");
  refuses('<svg viewBox="1e308 0 1e-300 1"/>', "view-box");
  for (const box of ["0 0 NaN 1", "0 0 -1 1", "0 0 1e999 1", "0 0 1", "a b c d", ""]) {
    const { drawing, dropped } = parseDrawing(`<svg viewBox="${box}"/>`);
    assert.equal([drawing.width, drawing.height], [200, 100], box);
    assert.equal(dropped, { "invalid-value": 1 }, box);
  }
});

test("encodings are told apart, and wrong ones refused", () => {
  const text = wrap('<rect id="é" width="50" height="50"/>');
  const { drawing } = parseDrawing(text);
  const utf16 = new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le"));
  const swapped = utf16.map((_, i) => utf16[i ^ 1]!);
  const latin = `<?xml version="1.0" encoding="ISO-8859-1"?>${text}`;
  for (const bytes of [
    new TextEncoder().encode(text),
    new TextEncoder().encode(`\ufeff${text}`),
    utf16,
    swapped,
    utf16.subarray(2),
    new Uint8Array(Buffer.from(latin, "latin1")),
  ]) {
    assert.equal(parseDrawing(bytes).drawing, drawing);
  }
  refuses(
    new Uint8Array(Buffer.from(`<svg>\n${text}`, "latin1")),
    "encoding",
    2,
    text.indexOf("é") + 1,
  );
  refuses(
    new Uint8Array(Buffer.from('<?xml version="1.0" encoding="klingon"?><svg/>')),
    "encoding",
  );
  refuses(utf16.subarray(0, utf16.length - 1), "encoding");
  refuses(new Uint8Array(), "xml");
});

test("declared entities are read, within bounds", () => {
  const declared = (entities: string, body: string) => `<!DOCTYPE svg [${entities}]>${wrap(body)}`;
  const { drawing } = parseDrawing(
    declared('<!ENTITY c "#0&e;f"><!ENTITY e "&#48;">', '<rect width="9" height="9" fill="&c;"/>'),
  );
  assert.match(printDrawing(drawing), /fill="#00f"/);
  refuses(declared('<!ENTITY a "&b;"><!ENTITY b "&a;">', '<g id="&a;"/>'), "limit");
  const long = "x".repeat(10_000);
  refuses(declared(`<!ENTITY a "${long}">`, '<g id="&a;"/>'.repeat(200)), "limit");
  const quotes = `<!ENTITY a "${"<!--".repeat(250_000)}">`;
  soon(() => parseDrawing(declared(quotes, "")));

  const levels = Array.from({ length: 20 }, (_, i) => {
    return `<!ENTITY e${i + 1} "${`&e${i};`.repeat(20)}">`;
  });
  const bomb = declared(`<!ENTITY e0 "lol">${levels.join("")}`, "<text>&e20;</text>");
  assert.is(soon(() => refused(bomb)).code, "limit");
  const flat = declared(`<!ENTITY e0 "lol">${levels.slice(0, 12).join("")}`, '<g id="&e12;"/>');
  assert.is(soon(() => refused(flat)).code, "limit");
});

test("a path of 16 MB is refused, or read where it is one long number", () => {
  const long = "l1 1".repeat(4_000_000);
  assert.is(soon(() => refused(wrap(`<path d="M0 0${long}"/>`)), 10).code, "limit");
  const digits = soon(() => parseDrawing(wrap(`<path d="M0 0L${"0".repeat(1.6e7)}1 5z"/>`)), 10);
  assert.is(digits.drawing.elements.length, 1);
  assert.is(soon(() => refused(wrap(" ".repeat(2 ** 24)))).code, "limit");
});

test("100,000 nested groups are refused", () => {
  const source = wrap(`${"<g>".repeat(100_000)}${"</g>".repeat(100_000)}`);
  assert.is(soon(() => refused(source)).code, "limit");
});

test("too many elements or attributes are refused", () => {
  assert.is(soon(() => refused(wrap("<g/>".repeat(300_000)))).code, "limit");
  const attributes = Array.from({ length: 300 }, (_, i) => `a${i}=""`).join(" ");
  assert.is(soon(() => refused(wrap("", attributes))).code, "limit");
});

test("use draws no circle of references", () => {
  const loops = [
    '<use id="a" href="#a"/>',
    '<use id="a" href="#b"/><use id="b" href="#a"/>',
    '<g id="a"><use href="#a"/></g>',
    '<symbol id="a"><use href="#a"/></symbol><use href="#a"/>',
    '<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/><path d="M0 0h9v9" fill="url(#a)"/>',
  ];
  for (const loop of loops) {
    const { drawing, dropped } = soon(() => parseDrawing(wrap(loop)));
    assert.equal(drawing.elements, [], loop);
    assert.ok((dropped["missing-reference"] ?? 0) > 0, loop);
  }
});

test("use that multiplies without end is refused", () => {
  const levels = Array.from({ length: 30 }, (_, i) => {
    return `<g id="g${i + 1}">${`<use href="#g${i}"/>`.repeat(10)}</g>`;
  });
  const bomb = `<defs><g id="g0"><rect width="1" height="1"/></g>${levels.join("")}</defs>`;
  assert.is(soon(() => refused(wrap(`${bomb}<use href="#g30"/>`))).code, "limit");

  const digits = "0".repeat(1_000_000);
  const heavy = `<defs><path id="p" d="M${digits} 0h5v5"/></defs>${'<use href="#p"/>'.repeat(10_000)}`;
  assert.is(soon(() => refused(wrap(heavy))).code, "limit");
});

test("style sheets that would be tried for ever are refused", () => {
  const rules = Array.from({ length: 5000 }, (_, i) => `g g g g:not(.a${i}){fill:red}`).join("");
  const nested = "<g>".repeat(100) + "</g>".repeat(100);
  const source = wrap(`<style>${rules}</style>${nested.repeat(20)}<rect width="1" height="1"/>`);
  assert.is(soon(() => refused(source)).code, "limit");
  const deep = "@media all{".repeat(90_000);
  assert.equal(soon(() => parseDrawing(wrap(`<style>${deep}</style>`))).dropped, {
    "style-rule": 1,
  });
  const long = `${":not(".repeat(100_000)}a${")".repeat(100_000)}{fill:red}`;
  assert.equal(soon(() => parseDrawing(wrap(`<style>${long}</style>`))).dropped, {
    "style-rule": 1,
  });
});

test("long values of every property take no long time", () => {
  const blanks = " ".repeat(200_000);
  for (const name of [
    "fill",
    "stroke",
    "stroke-dasharray",
    "transform",
    "style",
    "clip-path",
    "d",
  ]) {
    for (const value of [`url(${blanks}`, `rgb(${blanks}`, `1${blanks}x`, `a:${blanks}!`]) {
      const source = wrap(
        `<path d="M0 0h5v5" id="${name}"/><g ${name}="${value}"><rect width="5" height="5"/></g>`,
      );
      soon(() => parseDrawing(source), 2);
    }
  }
});

test("numbers without end or sense put an element out of range", () => {
  const huge = `
    <path d="M0 0L1e308 1e308"/><path d="M0 0L1e999 5z"/><circle cx="1e308" r="1e308"/>
    <rect x="-1e300" width="1e308" height="5"/><polygon points="0 0 9e99 9 9 9"/>
    <ellipse rx="1e200" ry="1"/><g transform="scale(1e200) scale(1e200)"><rect width="1" height="1"/></g>
    <line x2="1e99" stroke="red"/>`;
  const { drawing, dropped } = parseDrawing(wrap(huge));
  assert.equal(drawing.elements, []);
  assert.is(dropped["out-of-range"], 8);
});

test("numbers that are none are ignored", () => {
  const { drawing, dropped } = parseDrawing(
    wrap(
      '<rect width="NaN" height="5"/><rect width="9" height="9" opacity="NaN" stroke-width="-1"/>',
    ),
  );
  assert.is(drawing.elements.length, 1);
  assert.equal(dropped, { "invalid-value": 2 });
});

test("arcs of any radius and turn are drawn", () => {
  for (const radii of ["1e308 1e308", "1e15 1e15", "1e-300 1e-300", "0 5", "1e999 1e999"]) {
    for (const turn of ["0", "1e300", "-45", "1e999"]) {
      for (const options of [{}, { arcs: "cubics" as const }]) {
        const source = wrap(`<path d="M10 10A${radii} ${turn} 0 1 50 50" stroke="red"/>`);
        const { drawing } = parseDrawing(source, options);
        assert.is(drawing.elements.length, 1, `${radii} ${turn}`);
        assert.equal(parseDrawing(printDrawing(drawing), options).drawing, drawing);
      }
    }
  }
});

test("what strict refuses is named", () => {
  const source = wrap('<text/><rect width="9" height="9" filter="url(#f)"/>');
  try {
    parseDrawing(source, { strict: true, file: "a.svg" });
    assert.unreachable();
  } catch (error) {
    assert.instance(error, SvgError);
    assert.is((error as SvgError).code, "strict");
    assert.match((error as SvgError).message, /a\.svg: .*text \(1\), filter \(1\)/);
  }
  const chosen = wrap('<rect width="9" height="9" stroke="red"/>');
  parseDrawing(chosen, { strict: true, strokes: "drop" });
});

test.run();
