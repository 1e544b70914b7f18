/** Filters that judge a row alone: each has its reason, and lets everything else pass. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  drawingFault,
  type FilterOptions,
  isForeign,
  noFilters,
  ownCaptions,
} from "../../../data/index.ts";
import { defaultCanonicalOptions, parseDrawing } from "../../../svg/index.ts";

const svgOf = (inner: string, box = "0 0 24 24") =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}">${inner}</svg>`;

function faultOf(svg: string, filters: Partial<FilterOptions>) {
  const { drawing, dropped } = parseDrawing(svg, defaultCanonicalOptions);
  const fault = drawingFault(drawing, dropped, { ...noFilters, ...filters });
  return fault && `${fault.filter}: ${fault.reason} (${fault.detail ?? ""})`;
}

const square = '<path d="M2 2h9v9H2z"/>';

test("blank drawings go, whatever makes them blank; what is hard to see stays", () => {
  const visible = { visible: true };
  const blank = "visible: blank: nothing of it shows on white ()";
  for (const inner of [
    '<path d="M2 2h9v9H2z" fill="#fff"/>',
    '<path d="M40 2h9v9h-9z"/>',
    '<path d="M2 2h9v9H2z" fill="white"/><circle cx="5" cy="5" r="2" fill="#ffffff"/>',
    '<path d="M2 2h9" fill="black"/>',
  ]) {
    assert.is(faultOf(svgOf(inner), visible), blank, inner);
    assert.is(faultOf(svgOf(inner), {}), null);
  }
  for (const inner of [
    square,
    '<path d="M2 2h9" fill="none" stroke="#eee" stroke-width="0.2"/>',
    '<path d="M0 0h24v24H0z"/>',
  ]) {
    assert.is(faultOf(svgOf(inner), visible), null, inner);
  }
});

test("aspect, either way; elements out of their groups; what cannot be kept", () => {
  assert.is(faultOf(svgOf(square, "0 0 24 12"), { aspect: 2 }), null);
  assert.match(
    faultOf(svgOf(square, "0 0 24 10"), { aspect: 2 })!,
    /^aspect: more than 2 times as wide as high \(2\.4/,
  );
  assert.match(faultOf(svgOf(square, "0 0 10 24"), { aspect: 2 })!, /as high as wide/);
  const many = svgOf(`<g opacity="0.5">${square}<g><circle cx="4" cy="4" r="3"/></g></g>${square}`);
  const bounds = (least: number | null, most: number | null) => ({ elements: { least, most } });
  assert.is(faultOf(many, bounds(3, 3)), null);
  assert.is(faultOf(many, bounds(4, null)), "elements: fewer than 4 elements (3)");
  assert.is(faultOf(many, bounds(null, 2)), "elements: more than 2 elements (3)");
  const lossy = svgOf(`${square}<text x="2" y="9">a</text>`);
  assert.match(faultOf(lossy, { lossless: true })!, /^lossless: something of it is left away: /);
  assert.is(faultOf(svgOf(square), { lossless: true }), null);
});

const english = [
  ...["arrow left", "euro", "maximize minimize resize", "house, chimney", "a", "4k", "C++"],
  ...["alarm clock minus, remove, time, countdown", "settings, gear, cog, preferences, options"],
  ...["a minimal illustration of a smiling cloud with three rain drops, flat and friendly"],
  ...["black silhouette of a cat that sits on a wall and looks at the moon"],
  ...["banknote, currency, money, payment, euro, dollar, exchange", "anchor, ship, port, marina"],
];
const foreign = [
  ...["стрелка влево", "向左箭头", "سهم إلى اليسار", "왼쪽 화살표", "βέλος αριστερά"],
  ...["une flèche vers la gauche, dans un cercle noir sur fond blanc"],
  ...["Ein Haus mit rotem Dach und zwei Fenstern, davor ein Baum"],
  ...["una casa con el techo rojo y dos ventanas, delante hay un árbol"],
  ...["um gato preto sentado em cima do muro olhando para a lua"],
  ...["czarna sylwetka kota siedzącego na murze i patrzącego na księżyc"],
];

test("captions in other languages are told, words and lists of English tags are kept", () => {
  for (const caption of english) assert.not(isForeign(caption, ["en"]), caption);
  for (const caption of foreign) assert.ok(isForeign(caption, ["en"]), caption);
  assert.not(isForeign("стрелка влево", ["en", "ru"]));
  assert.not(isForeign("向左箭头", ["zh"]));
  assert.not(isForeign("矢印を左へ", ["ja"]));
  assert.ok(isForeign("矢印を左へ", ["en"]));
  assert.not(isForeign(foreign[5]!, ["eng", "fra"]));
  assert.not(isForeign("123 — !", ["en"]));
});

test("a row keeps its captions of the language, with their shares, or goes", () => {
  const filters = { ...noFilters, languages: ["en"] };
  const row = { captions: ["haus", "стрелка", "arrow"], shares: [0.2, 0.5, 0.3], id: "a" };
  assert.equal(ownCaptions(row, filters), {
    ...row,
    captions: ["haus", "arrow"],
    shares: [0.2, 0.3],
  });
  const other = { captions: ["стрелка"] };
  assert.equal(ownCaptions(other, filters), {
    filter: "language",
    reason: "no caption in en",
    detail: "стрелка",
  });
  assert.is(ownCaptions(other, noFilters), other);
});

test.run();
