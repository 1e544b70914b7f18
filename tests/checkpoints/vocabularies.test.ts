/**
 * A tokenizer saved over a published vocabulary is read by Hugging Face `tokenizers`, token for
 * token. `npm run check:vocabularies FOLDER…` does the same for any tokenizer.json.
 */
import { test } from "uvu";
import { savedTokenByToken } from "../../scripts/vocabularies/saved.ts";
import { gpt2TokenizerJson } from "../sets/gpt2.ts";
import { temporaryFolder } from "./temporary-folder.ts";

for (const tokenizer of ["semantic", "text", "omnisvg"] as const) {
  test(`${tokenizer} over GPT-2's vocabulary`, async () => {
    await savedTokenByToken(gpt2TokenizerJson(), tokenizer, temporaryFolder());
  });
}

test.run();
