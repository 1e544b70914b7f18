/** Drawings of several sets that look nearly the same stand on one side of the split. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  findLookAlikes,
  findManyLookAlikes,
  lookOf,
  mirror,
  openSource,
  readCorpus,
  type Source,
} from "../../data/index.ts";
import { type Drawing, parseDrawing } from "../../svg/index.ts";
import { canonicalOptionsOf, strokeIconOptions } from "../../tokenizer/index.ts";

const cache = mkdtempSync(join(tmpdir(), "pathloom-cache-"));
process.env.PATHLOOM_CACHE = cache;
test.after(() => rmSync(cache, { recursive: true, force: true }));

const options = {
  canonical: canonicalOptionsOf(strokeIconOptions),
  parse: parseDrawing,
  heldOut: 0.5,
};

const modules = join(import.meta.dirname, "../../node_modules");

/** Some icons of a package. */
function some(folder: string, ids: readonly string[]): Source {
  return {
    name: folder,
    *rows() {
      for (const id of ids) {
        const place = join(modules, folder, `${id}.svg`);
        yield { id, place, captions: [id], svg: readFileSync(place, "utf8") };
      }
    },
  };
}

/** Tabler's and Phosphor's names of what looks nearly the same. */
const twins = [
  ["loader", "spinner"],
  ["ban", "prohibit"],
  ["menu-2", "list"],
  ["alert-octagon", "warning-octagon"],
  ["outbound", "arrow-circle-up-right"],
  ["circle-chevron-up", "caret-circle-up"],
] as const;

const others = ["home", "heart", "camera", "bell", "star", "trash", "key", "plane", "car", "dog"];

const tabler = some("@tabler/icons/icons/outline", [...twins.map(([name]) => name), ...others]);
const phosphor = some(
  "@phosphor-icons/core/assets/regular",
  twins.map(([, name]) => name),
);

async function drawings(source: Source): Promise<Map<string, Drawing>> {
  const { train } = await readCorpus(source, { ...options, heldOut: 0 });
  return new Map(train.map(({ id, drawing }) => [id, drawing]));
}

test("nearly the same drawings of two designers are found, different ones are not", async () => {
  const [ours, theirs] = [await drawings(tabler), await drawings(phosphor)];
  const names = [...ours.keys(), ...theirs.keys()];
  const looks = [...ours.values(), ...theirs.values()].map(lookOf);
  const sets = names.map((_, index) => (index < ours.size ? 0 : 1));
  const found = findLookAlikes(looks, sets).map(([a, b]) => `${names[a]} ${names[b]}`);
  const wanted = twins.map((pair) => pair.join(" "));
  assert.equal([...new Set(found)].sort(), [...wanted].sort());
  assert.equal(
    findLookAlikes(
      looks,
      sets.map(() => 0),
    ),
    [],
  );
});

test("mirrored drawings are found, too, and what shows nothing is like nothing", async () => {
  const byId = await drawings(tabler);
  const [plane, key] = ["plane", "key"].map((id) => byId.get(id));
  assert.ok(plane && key);
  const looks = [lookOf(key), lookOf(mirror(key)), lookOf(plane)];
  assert.equal(findLookAlikes(looks, [0, 1, 2]), [[0, 1]]);
  const blank = { ...key, elements: [] };
  assert.is(lookOf(blank), null);
  assert.equal(findLookAlikes([null, null, lookOf(key)], [0, 1, 2]), []);
});

test("the search among very many finds the pairs that comparing every two finds", async () => {
  const sets = ["npm:@tabler/icons", "npm:@phosphor-icons/core"];
  const found = await Promise.all(
    sets.map(async (name) => {
      const source = openSource(name);
      return (await readCorpus(source, { ...options, heldOut: 0, limit: 400 })).train;
    }),
  );
  const all = [...(await drawings(tabler)).values(), ...(await drawings(phosphor)).values()];
  const entries = found.flatMap((train, set) => train.map(({ drawing }) => ({ drawing, set })));
  const looks = [...entries.map(({ drawing }) => lookOf(drawing)), ...all.map(lookOf)];
  const setOf = looks.map((_, index) => entries[index]?.set ?? Number(index < entries.length + 16));
  const pairs = (list: readonly (readonly [number, number])[]) =>
    [...new Set(list.map(([a, b]) => `${a} ${b}`))].sort();
  const wanted = pairs(findLookAlikes(looks, setOf));
  assert.ok(wanted.length > 10, `${wanted.length}`);
  assert.equal(pairs(findManyLookAlikes((index) => looks[index] ?? null, setOf)), wanted);
});

test("look-alikes stand on one side of the split though their names differ", async () => {
  for (const heldOut of [0.3, 0.5, 0.7]) {
    const corpus = await readCorpus([{ source: tabler }, { source: phosphor }], {
      ...options,
      heldOut,
    });
    const held = new Set(corpus.heldOut.map(({ id }) => id.split(":").at(-1)));
    for (const [ours, theirs] of twins) {
      assert.is(held.has(ours), held.has(theirs), `${ours} and ${theirs} at ${heldOut}`);
    }
    assert.ok(held.size > 0 && held.size < 22);
  }
});

test("pairs are remembered, and a damaged memory is made anew", async () => {
  const folder = join(cache, "look-alikes");
  const [name = "", ...more] = readdirSync(folder);
  assert.equal(more, []);
  const file = join(folder, name);
  const pairs = readFileSync(file, "utf8");
  const sides = async () =>
    (await readCorpus([{ source: tabler }, { source: phosphor }], options)).heldOut.map(
      ({ id }) => id,
    );
  const before = await sides();
  for (const damaged of ["", "[[0]]", "[[0,99999]]", '{"a":1}']) {
    writeFileSync(file, damaged);
    assert.equal(await sides(), before);
    assert.is(readFileSync(file, "utf8"), pairs);
  }
});

test.run();
