/**
 * Reads, prints and tokenizes hostile sources, in a process of their own, and prints a line for each:
 * how it ended, the processor's seconds, and the most memory that there has been, in bytes. Names of
 * kinds choose some of them.
 */

import { parseDrawing, printDrawing, SvgError } from "../../svg/index.ts";
import { baseTokenizerFromJSON, createTextTokenizer } from "../../tokenizer/index.ts";
import { hostileSources } from "./hostile-sources.ts";

const base = baseTokenizerFromJSON({
  model: { type: "BPE", vocab: Object.fromEntries(bytes().map((c, i) => [c, i])), merges: [] },
  pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, use_regex: true },
  decoder: { type: "ByteLevel" },
});
for (const [kind, create] of Object.entries(hostileSources)) {
  if (process.argv.length > 2 && !process.argv.includes(kind)) continue;
  const source = create();
  const before = process.cpuUsage();
  const outcome = end(source);
  const { user, system } = process.cpuUsage(before);
  const memory = process.resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ kind, outcome, seconds: (user + system) / 1e6, memory }));
}

function end(source: string | Uint8Array): string {
  try {
    const { drawing } = parseDrawing(source);
    printDrawing(drawing);
    createTextTokenizer({ base }).encode(drawing);
    return "read";
  } catch (error) {
    if (error instanceof SvgError) return error.code;
    throw error;
  }
}

/** GPT-2's signs for the 256 bytes. */
function bytes(): string[] {
  let next = 256;
  const plain = (i: number) => (i > 32 && i < 127) || (i > 160 && i !== 173 && i < 256);
  return Array.from({ length: 256 }, (_, i) => String.fromCodePoint(plain(i) ? i : next++));
}
