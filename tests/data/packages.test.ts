/** Icon packages as sources: those that are installed here, and small ones made in their layout. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type BadRow, openSource, type Source } from "../../data/index.ts";
import { defaultCanonicalOptions, drawingsEqual, parseDrawing } from "../../svg/index.ts";
import { rowsOf } from "./rows-of.ts";

const captions = { variants: 4, tags: 3 };

async function readAll(source: Source) {
  const bad: BadRow[] = [];
  const rows = await rowsOf(source, (row) => bad.push(row));
  assert.is(new Set(rows.map(({ id }) => id)).size, rows.length, "ids are unique");
  return { bad, byId: new Map(rows.map((row) => [row.id, row])), rows };
}

const open = (name: string, style: string | null = null) => openSource(name, captions, style);

/** Files of a package in a working folder of its own, in which `read` then runs. */
async function within<T>(
  packageName: string,
  files: Record<string, unknown>,
  read: () => T | Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "pathloom-packages-"));
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, "node_modules", packageName, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  }
  const before = process.cwd();
  process.chdir(folder);
  try {
    return await read();
  } finally {
    process.chdir(before);
  }
}

const manifest = { version: "1.2.3", license: "MIT" };

test("tabler: outline by default, with tags and categories, and filled where asked for", async () => {
  const outline = await readAll(open("npm:@tabler/icons"));
  assert.equal(outline.bad, []);
  assert.ok(outline.rows.length > 5000);
  const left = outline.byId.get("arrow-left");
  assert.is(left?.captions[0], "arrow left");
  assert.is(left?.style, "outline");
  assert.ok(left?.words?.includes("Arrows"));
  const filled = await readAll(open("npm:@tabler/icons", "filled"));
  assert.ok(filled.rows.length > 900 && filled.rows.length < 2000);
  assert.ok(filled.rows.every(({ style, svg }) => style === "filled" && svg.includes("<svg")));
  assert.throws(() => open("npm:@tabler/icons", "duotone"), /no style "duotone".*outline, filled/);
});

test("phosphor: six weights, each with the catalogue's tags and none of its marks", async () => {
  const { rows, bad, byId } = await readAll(open("npm:@phosphor-icons/core", "fill"));
  assert.equal(bad, []);
  assert.ok(rows.length > 1400);
  assert.is(byId.get("acorn")?.style, "filled");
  assert.ok(byId.get("acorn")?.words?.includes("vegetable"));
  assert.not(rows.some(({ words }) => words?.some((word) => word.includes("*"))));
  const thin = (await readAll(open("npm:@phosphor-icons/core", "thin"))).byId.get("acorn");
  assert.match(thin?.place ?? "", /assets\/thin\/acorn-thin\.svg$/);
});

test("an Iconify package: names, aliases as names, categories, its licence, hidden icons counted", async () => {
  const source = open("npm:@iconify-json/iconoir");
  const { bad, byId } = await readAll(source);
  assert.is(source.facts?.licence, "MIT");
  assert.match(source.facts?.version ?? "", /^\d+\.\d+/);
  assert.ok(bad.length > 0 && bad.every(({ reason }) => reason === "hidden by its set"));
  const [medal, alias] = [byId.get("medal-1st"), byId.get("1st-medal")];
  assert.ok(medal && alias);
  assert.is(medal.svg, alias.svg);
  assert.is(medal.style, "outline");
  assert.ok(byId.get("accessibility")?.words?.some((word) => /^[A-Z]/.test(word)));
});

/** One path in a 10 x 20 box whose corner is (2, 4); drawn where the box begins. */
const placed = {
  prefix: "t",
  left: 2,
  top: 4,
  width: 10,
  height: 20,
  icons: {
    base: { body: '<path d="M3 5h4v2z"/>' },
    own: { body: '<path d="M0 0h4v2z"/>', left: 0, top: 0, height: 10 },
  },
  aliases: {
    right: { parent: "base", rotate: 1 },
    half: { parent: "right", rotate: 1 },
    back: { parent: "base", rotate: -1 },
    flipped: { parent: "base", hFlip: true },
    fallen: { parent: "base", vFlip: true, rotate: 1 },
    both: { parent: "flipped", hFlip: true },
    lost: { parent: "nowhere" },
    circle: { parent: "circle" },
  },
};

test("Iconify aliases turn and flip as their set says, through other aliases too", async () => {
  const { bad, byId } = await within(
    "@iconify-json/t",
    { "package.json": manifest, "info.json": {}, "icons.json": placed },
    () => readAll(open("npm:@iconify-json/t")),
  );
  const options = { ...defaultCanonicalOptions, grid: 200 };
  const is = (id: string, width: number, height: number, path: string) => {
    const wanted = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"><path d="${path}"/></svg>`;
    const found = parseDrawing(byId.get(id)?.svg ?? "", options).drawing;
    assert.ok(drawingsEqual(found, parseDrawing(wanted, options).drawing), id);
  };
  is("base", 10, 20, "M1 1h4v2z");
  is("own", 10, 10, "M0 0h4v2z");
  is("right", 20, 10, "M19 1v4h-2z");
  is("half", 10, 20, "M9 19h-4v-2z");
  is("back", 20, 10, "M1 9v-4h2z");
  is("flipped", 10, 20, "M9 1h-4v2z");
  is("both", 10, 20, "M1 1h4v2z");
  // The flip comes before the turn: (1, 1) goes to (1, 19) and then to (20 - 19, 1).
  is("fallen", 20, 10, "M1 1v4h2z");
  assert.equal(
    bad.map(({ place, reason }) => `${place} ${reason}`),
    [
      '@iconify-json/t:lost the alias leads to "nowhere", which is not there',
      "@iconify-json/t:circle the alias leads in a circle",
    ],
  );
});

test("an Iconify set whose names end in their style: the style is told apart from the name", async () => {
  const icons = { "box-line": { body: "<path/>" }, box: { body: "<path/>" } };
  const files = {
    "package.json": manifest,
    "info.json": { license: { spdx: "Apache-2.0", url: "https://example.org/licence" } },
    "icons.json": { prefix: "s", icons },
    "metadata.json": { suffixes: { line: "Line", "": "Fill" } },
  };
  await within("@iconify-json/s", files, async () => {
    const { facts } = open("npm:@iconify-json/s");
    assert.equal([facts?.licence, facts?.version], ["Apache-2.0", "1.2.3"]);
    const { rows } = await readAll(open("npm:@iconify-json/s"));
    assert.equal(
      rows.map(({ id, captions: [plain], style }) => [id, plain, style]),
      [
        ["box-line", "box", "outline"],
        ["box", "box", "filled"],
      ],
    );
    assert.is((await readAll(open("npm:@iconify-json/s", "filled"))).rows.length, 1);
    assert.throws(() => open("npm:@iconify-json/s", "thin"), /there are outline, filled/);
  });
});

test("twemoji: captions by code point from emojibase-data, what has none is counted", async () => {
  const source = open("npm:@twemoji/svg");
  const { rows, bad, byId } = await readAll(source);
  assert.ok(rows.length > 3500);
  assert.is(rows.length + bad.length, 3720);
  assert.is(byId.get("1f600")?.captions[0], "grinning face");
  assert.is(byId.get("2764")?.captions[0], "red heart");
  assert.ok(byId.get("1f600")?.words?.includes("smileys & emotion"));
  assert.match(source.facts?.captionsFrom?.[0] ?? "", /^emojibase-data \d/);
});

test("openmoji: words of its own, for colour and for lines", async () => {
  const heart = { hexcode: "2764", annotation: "red heart", group: "smileys-emotion" };
  const extra = { hexcode: "E000", annotation: "goldfish", tags: "fish", openmoji_tags: "water" };
  const files = {
    "package.json": { ...manifest, license: "CC-BY-SA-4.0" },
    "data/openmoji.json": [heart, extra],
    "color/svg/2764.svg": "<svg/>",
    "color/svg/E000.svg": "<svg/>",
    "black/svg/2764.svg": "<svg/>",
  };
  await within("openmoji", files, async () => {
    const { rows } = await readAll(open("npm:openmoji"));
    assert.equal(
      rows.map(({ id, captions: [plain], style }) => [id, plain, style]),
      [
        ["2764", "red heart", "color"],
        ["E000", "goldfish", "color"],
      ],
    );
    assert.ok(rows[1]?.words?.includes("water"));
    const black = await readAll(open("npm:openmoji", "black"));
    assert.equal([black.rows.length, black.rows[0]?.style], [1, "outline"]);
    assert.match(black.bad[0]?.reason ?? "", /cannot be read: ENOENT/);
  });
});

test("any other package: its .svg files, a folder of it as the style", async () => {
  const { rows } = await readAll(open("npm:flag-icons", "flags/4x3"));
  assert.ok(rows.length > 200);
  assert.throws(() => open("npm:flag-icons", "flags/9x9"), /no folder "flags\/9x9"/);
  assert.throws(() => open("npm:flag-icons", "../lucide-static"), /leads out of the package/);
});

test("a package that is not installed is told with the command that installs it", () => {
  assert.throws(
    () => open("npm:@iconify-json/none-such"),
    /^npm:@iconify-json\/none-such: the package @iconify-json\/none-such is not installed; run: npm install @iconify-json\/none-such$/m,
  );
  assert.throws(() => open("npm:../secret"), /expected the name of an npm package/);
  assert.throws(() => open("npm:/etc"), /expected the name of an npm package/);
});

test("a package is looked for from the working folder up before it is beside this program", async () => {
  const files = { "package.json": manifest, "tags.json": {}, "icons/only.svg": "<svg/>" };
  await within("lucide-static", files, async () => {
    assert.equal(
      (await readAll(open("lucide"))).rows.map(({ id }) => id),
      ["only"],
    );
  });
  assert.ok((await readAll(open("lucide"))).rows.length > 2000);
});

test("a package that is laid out otherwise is an error that names the file and the key", async () => {
  const files = { "package.json": manifest, "icons.json": { a: { styles: 4 } } };
  await within("@tabler/icons", files, async () => {
    assert.throws(
      () => open("npm:@tabler/icons"),
      /icons\.json: not laid out as expected: a\.styles/,
    );
  });
  const broken = { "package.json": manifest, "info.json": {}, "icons.json": "{" };
  await within("@iconify-json/t", broken, async () => {
    assert.throws(() => open("npm:@iconify-json/t"), /icons\.json: cannot be read/);
  });
});

test.run();
