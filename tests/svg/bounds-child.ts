/**
 * Reads, prints and tokenizes one hostile source, in a process of its own, and prints a line: how it
 * ended, the processor's seconds and the most memory it had, in bytes.
 */

import { parseDrawing, printDrawing, SvgError } from "../../svg/index.ts";
import { baseTokenizerFromJSON, createTextTokenizer } from "../../tokenizer/index.ts";
import { hostileSources } from "./hostile-sources.ts";

const base = baseTokenizerFromJSON({
  model: { type: "BPE", vocab: Object.fromEntries(bytes().map((c, i) => [c, i])), merges: [] },
  pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, use_regex: true },
  decoder: { type: "ByteLevel" },
});
const source = hostileSources[process.argv[2]!]!();
const before = process.cpuUsage();
let outcome = "read";
try {
  const { drawing } = parseDrawing(source);
  printDrawing(drawing);
  createTextTokenizer({ base }).encode(drawing);
} catch (error) {
  if (!(error instanceof SvgError)) throw error;
  outcome = error.code;
}
const { user, system } = process.cpuUsage(before);
const memory = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ outcome, seconds: (user + system) / 1e6, memory }));

/** GPT-2's signs for the 256 bytes. */
function bytes(): string[] {
  let next = 256;
  const plain = (i: number) => (i > 32 && i < 127) || (i > 160 && i !== 173 && i < 256);
  return Array.from({ length: 256 }, (_, i) => String.fromCodePoint(plain(i) ? i : next++));
}
