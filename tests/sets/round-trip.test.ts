/** Every drawing of the installed sets comes back from its tokens unchanged, however it is encoded. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Drawing, drawingsEqual, parseDrawing } from "../../svg/index.ts";
import { EncodeError, type SvgTokenizer } from "../../tokenizer/index.ts";
import { iconSets } from "./icon-sets.ts";
import { sampleOf, tellSample } from "./sample.ts";
import { tokenizers } from "./tokenizers.ts";

/** All of Lucide; some of the sets that are bigger, or whose drawings are. */
const sampleSizes: Readonly<Record<string, number>> = {
  Lucide: Number.POSITIVE_INFINITY,
  "Tabler outline": 400,
  "Tabler filled": 200,
  Twemoji: 150,
  Flags: 25,
};

/**
 * Vocabularies for icons alone: what they lack a token for is refused. They hold all of Lucide and,
 * but for a few that are translucent, Tabler's icons.
 */
const lean = new Set(["path of stroke icons", "path fills alone", "path one colour"]);
const refusedShare: Readonly<Record<string, number>> = {
  Lucide: 0,
  "Tabler outline": 0.01,
  "Tabler filled": 0.01,
  Twemoji: 1,
  Flags: 1,
};

const codecs = tokenizers();

/** undefined where a lean vocabulary refuses, as it must, what it cannot hold. */
function encode(codec: SvgTokenizer, drawing: Drawing, mayRefuse: boolean) {
  try {
    return codec.encode(drawing);
  } catch (error) {
    if (mayRefuse && error instanceof EncodeError && error.message.includes("its option")) {
      return undefined;
    }
    throw error;
  }
}

for (const set of iconSets) {
  const icons = sampleOf(set, sampleSizes[set.name]!);
  tellSample(set, icons.length);

  for (const [name, codec] of codecs) {
    test(`${set.name}, ${icons.length} files: ${name}`, () => {
      let refused = 0;
      for (const { file, svg } of icons) {
        const { drawing } = parseDrawing(svg, codec.canonical);
        const encodable = codec.fit?.(drawing) ?? drawing;
        const ids = encode(codec, encodable, lean.has(name));
        if (ids === undefined) refused++;
        else assert.ok(drawingsEqual(codec.decode(ids), encodable), `${file} came back changed`);
      }
      assert.ok(refused <= refusedShare[set.name]! * icons.length, `${refused} are refused`);
    });
  }
}

test.run();
