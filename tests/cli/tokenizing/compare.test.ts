import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Config, resolveConfig } from "../../../src/config/index.ts";
import {
  comparedTokenizers,
  comparedTotals,
  compareFiles,
  textsOf,
} from "../../../src/runs/index.ts";
import { gpt2TokenizerJson } from "../../sets/gpt2.ts";
import { pathloom, temporaryFolder } from "../pathloom.ts";

const folder = temporaryFolder();
const base = join(folder, "tokenizer.json");
writeFileSync(base, JSON.stringify(gpt2TokenizerJson()));
const icons = join(folder, "icons");
const readIcon = (name: string) =>
  readFileSync(createRequire(import.meta.url).resolve(`lucide-static/icons/${name}.svg`), "utf8");

mkdirSync(icons);
for (const name of ["heart", "house"]) writeFileSync(join(icons, `${name}.svg`), readIcon(name));

const compare = (...more: string[]) => pathloom(["tokenize", icons, "--compare", ...more]);

test("three tokenizers stand side by side, for people", async () => {
  const { code, stdout } = await compare("path,semantic,text", "--base", base);
  assert.is(code, 0);
  const [head, heart, house, mean, summary] = stdout.trim().split("\n");
  assert.match(head!, /^tokens +path +semantic +text$/);
  assert.match(heart!, /heart\.svg +\d+ +\d+ +\d+$/);
  assert.match(house!, /house\.svg +\d+ +\d+ +\d+$/);
  assert.match(mean!, /^mean +\d+\.\d +\d+\.\d +\d+\.\d$/);
  assert.is(summary, "2 files, 0 with errors");
});

test("for machines there is an object a file, and the means", async () => {
  const { stdout } = await compare("path,text", "--base", base, "--json");
  const lines = stdout.trim().split("\n");
  const [heart, house, { totals }] = lines.map((line) => JSON.parse(line));
  assert.equal(Object.keys(heart.tokens), ["path", "text"]);
  assert.ok(heart.tokens.path < heart.tokens.text);
  assert.is(totals.files, 2);
  assert.is(totals.meanTokens.path, (heart.tokens.path + house.tokens.path) / 2);
});

test("files in UTF-16, with a byte order mark or without, are read as any other", async () => {
  const odd = join(folder, "encodings");
  mkdirSync(odd);
  const heart = readIcon("heart");
  const marked = Buffer.from(`\ufeff${heart}`, "utf16le");
  writeFileSync(join(odd, "a.svg"), heart);
  writeFileSync(join(odd, "b.svg"), marked);
  writeFileSync(join(odd, "c.svg"), Buffer.from(marked).swap16());
  writeFileSync(join(odd, "d.svg"), marked.subarray(2));
  writeFileSync(join(odd, "e.svg"), `\ufeff${heart}`);
  for (const more of [["--round-trip"], ["--compare", "path"]]) {
    const { stdout, stderr, code } = await pathloom(["tokenize", odd, ...more, "--json"]);
    assert.is(code, 0, stderr);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const [first, ...others] = lines.slice(0, 5);
    assert.is(first.error, null);
    assert.is(others.length, 4);
    for (const other of others) assert.equal({ ...other, file: "" }, { ...first, file: "" });
  }
});

test("what excludes each other is refused", async () => {
  const { code, stderr } = await compare("path", "--round-trip");
  assert.is(code, 2);
  assert.match(stderr, /--compare and --round-trip exclude each other/);
});

async function means(config: Config, file = icons): Promise<Readonly<Record<string, number>>> {
  const lines = [...compareFiles(await textsOf(file), comparedTokenizers("path", base, config))];
  return comparedTotals(lines).meanTokens;
}

test("the configuration's grid and vocabulary count", async () => {
  const merged = resolveConfig({ tokenizer: { coordinates: "merged" } });
  assert.ok((await means(merged)).path! < (await means(resolveConfig({}))).path!);
});

test("a drawing that one cannot hold has its reason, and counts for no mean", async () => {
  const file = join(folder, "pale.svg");
  writeFileSync(file, '<svg viewBox="0 0 9 9"><path opacity=".5" d="M0 0H9V9z"/></svg>');
  const opaque = resolveConfig({ tokenizer: { opacity: false } });
  const tokenizers = comparedTokenizers("path,text", base, opaque);
  const [line] = [...compareFiles(await textsOf(file), tokenizers)];
  assert.is(line!.tokens.path, null);
  assert.ok(line!.tokens.text! > 0);
  assert.match(line!.error!, /element 0: it needs a token .*"opacity"/);
  assert.equal(comparedTotals([line!]), {
    files: 1,
    errors: 1,
    meanTokens: { path: 0, text: 0 },
  });
});

const wrong = join(folder, "wrong.json");
writeFileSync(wrong, JSON.stringify({ model: { type: "Unigram" } }));
const refusals: readonly (readonly [string, string | undefined, RegExp])[] = [
  ["path,prose", base, /there is no tokenizer "prose"; there are path, semantic, text/],
  ["path,semantic,text", undefined, /semantic and text tokens stand over .* by --base/],
  ["text", wrong, /wrong\.json: tokenizer\.json, at model/],
];

for (const [list, baseFile, message] of refusals) {
  test(`refused: ${message.source}`, () => {
    const config = resolveConfig({});
    assert.throws(
      () => comparedTokenizers(list, baseFile, config),
      (error: unknown) => error instanceof Error && message.test(error.message),
    );
  });
}

test.run();
