/** From pairs to a tokenized data set whose samples have two drawings: the chosen one and the rejected. */
import type { Drawing } from "../../svg/index.ts";
import { EncodeError, encodePrompt, type SvgTokenizer } from "../../tokenizer/index.ts";
import type { TokenDataset } from "../dataset/dataset.ts";
import { DatasetBuilder } from "../dataset/dataset-builder.ts";
import { TokenizeAccount, type TokenizeReport } from "../dataset/tokenize-report.ts";
import type { PairEntry } from "./pair-corpus.ts";

/** @param maxTokens of caption and drawing together; pairs with a longer one are left out and counted. */
export function tokenizePairs(
  entries: readonly PairEntry[],
  tokenizer: SvgTokenizer,
  maxTokens: number,
): { readonly dataset: TokenDataset; readonly report: TokenizeReport } {
  const builder = new DatasetBuilder(tokenizer);
  const account = new TokenizeAccount();
  const encode = (drawing: Drawing) => tokenizer.encode(tokenizer.fit?.(drawing) ?? drawing);
  for (const entry of entries) {
    const [text = ""] = entry.captions;
    const prompt = encodePrompt(tokenizer, text);
    try {
      const [chosen, rejected] = [encode(entry.drawing), encode(entry.rejected)];
      const tokens = prompt.length + Math.max(chosen.length, rejected.length);
      account.needed.push(tokens);
      if (tokens > maxTokens) {
        account.tooLong.push({ id: entry.id, tokens });
        continue;
      }
      const captions = [{ text, share: 1, prompt }];
      const more = [{ tokens: rejected, captions }];
      builder.add(entry, { tokens: chosen, captions, augmented: more, needed: tokens });
      account.addSamples(entry.set);
    } catch (error) {
      if (!(error instanceof EncodeError)) throw error;
      account.refused.push({ id: entry.id, reason: error.message });
    }
  }
  const dataset = builder.build();
  return { dataset, report: account.report(dataset, 0) };
}
