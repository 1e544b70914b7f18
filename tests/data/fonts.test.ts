/** Text of drawings in the fonts that a configuration names: prepared sets, runs, and what is refused. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { fontsAt, openPreparedSet, parserWith } from "../../data/index.ts";
import { resolveConfig } from "../../src/config/index.ts";
import { prepareDrawings, readDrawings, tokenizeFiles } from "../../src/runs/index.ts";
import { defaultCanonicalOptions } from "../../svg/index.ts";
import { FontError } from "../../svg/render/index.ts";
import { createPathTokenizer } from "../../tokenizer/index.ts";

const root = mkdtempSync(join(tmpdir(), "pathloom-fonts-"));
const { resolve } = createRequire(import.meta.url);
const font = join(root, "didact.ttf");
copyFileSync(
  resolve("@expo-google-fonts/didact-gothic/400Regular/DidactGothic_400Regular.ttf"),
  font,
);
const icons = join(root, "icons");
mkdirSync(icons);
const svg = (text: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M2 22h20"/><text x="2" y="18" font-size="16">${text}</text></svg>`;
for (const text of ["ab", "cd", "ef", "gh"]) writeFileSync(join(icons, `${text}.svg`), svg(text));

const config = (fonts: readonly string[]) =>
  resolveConfig({
    data: { source: icons, heldOut: 0, fonts: [...fonts] },
    tokenizer: { grid: 48, captionVocabulary: 260 },
    model: { contextLength: 1024 },
  });

test("a set that is prepared by threads has the letters that a run reads, and is known by its fonts", async () => {
  const folder = join(root, "set");
  const { manifest } = await prepareDrawings({ config: config([font]), folder, threads: 2 });
  assert.equal(manifest.dropped, {});
  const { canonical } = createPathTokenizer({ options: { grid: 48 } });
  const read = await readDrawings(config([font]).data, canonical);
  const letters = read.train.map(({ drawing }) => drawing.elements.length);
  assert.equal(letters, [2, 2, 2, 2]);
  const set = openPreparedSet(folder).train;
  assert.is(set.size, 4);
  const plain = join(root, "plain");
  const without = await prepareDrawings({ config: config([]), folder: plain, threads: 1 });
  // What is left of all four is one line.
  assert.equal([without.manifest.duplicates, without.manifest.dropped], [3, { text: 4 }]);
  const other = join(root, "other.ttf");
  copyFileSync(font, other);
  const refused = await prepareDrawings({ config: config([other]), folder }).then(
    String,
    ({ message }) => message as string,
  );
  assert.match(refused, /prepared by another configuration/);
});

test("what is no font is told by its name, before anything is written", async () => {
  const none = join(root, "none.ttf");
  writeFileSync(none, "no font at all, but some text");
  for (const file of [none, join(root, "missing.ttf")]) {
    const folder = join(root, "never");
    const error = await prepareDrawings({ config: config([file]), folder }).catch(
      (thrown) => thrown,
    );
    assert.instance(error, FontError);
    assert.ok(error.message.startsWith(`${file}: `), error.message);
    assert.not(existsSync(folder));
  }
});

test("a font that is changed while a set is prepared is refused, and tokens are counted with letters", () => {
  const changed = join(root, "changed.ttf");
  copyFileSync(font, changed);
  const known = fontsAt([changed]).map((each) => ({ ...each, sha256: "0".repeat(64) }));
  assert.throws(() => parserWith(known), /changed meanwhile/);
  const parse = parserWith(fontsAt([changed]));
  assert.is(parse(svg("ab"), defaultCanonicalOptions).drawing.elements.length, 2);
  const tokenizer = createPathTokenizer({});
  const texts = [{ file: "ab.svg", svg: svg("ab") }];
  const [[left], [set]] = [
    [...tokenizeFiles(texts, tokenizer, true)],
    [...tokenizeFiles(texts, tokenizer, true, undefined, [font])],
  ];
  assert.equal([left?.dropped, set?.dropped], [{ text: 1 }, {}]);
  assert.ok(set!.tokens! > left!.tokens!);
  assert.ok(set!.pixelError! < 0.005, `${set?.pixelError}`);
});

test.run();
