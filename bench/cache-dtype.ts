/**
 * What a cache of keys and values in bytes costs and saves, for the released model or another:
 *
 *   node --import tsx bench/cache-dtype.ts
 *   node --import tsx bench/cache-dtype.ts --run runs/icons --drawings 100
 *
 * Reads held-out drawings after their captions, token by token, over a cache of float32 and over one of
 * int8: the difference of the logits, the share of tokens whose likeliest successor is the same, and the
 * bits a drawing takes under the model alone. Then draws their captions greedily under the grammar over
 * both: the share of drawings that are the same to the token, and of tokens that are before the first that
 * differs. And the bytes of a sequence's caches.
 */
import { parseArgs } from "node:util";
import { type CacheDtype, cacheBytes, DecodingSession, defaultSampling } from "../models/index.ts";
import { resolveConfig } from "../src/config/index.ts";
import { readDrawings, sourceAndConfig, withGenerator } from "../src/runs/index.ts";
import { encodePrompt } from "../tokenizer/index.ts";

const { values: flags } = parseArgs({
  options: {
    run: { type: "string" },
    model: { type: "string" },
    drawings: { type: "string", default: "101" },
  },
});
const { source, config } = sourceAndConfig(flags, [], () => resolveConfig({}, []));

/** ln of the sum of the exponentials, in double precision. */
function logSum(logits: Float32Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const logit of logits) most = Math.max(most, logit);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - most);
  return most + Math.log(sum);
}

const likeliest = (logits: Float32Array): number =>
  logits.reduce((best, logit, id) => (logit > logits[best]! ? id : best), 0);

await withGenerator(source, config, console.error, async ({ generator, contextLength }) => {
  const { model, tokenizer } = generator;
  const { heldOut } = await readDrawings(config.data, tokenizer.canonical);
  const samples = heldOut
    .map(({ captions, drawing }) => ({
      caption: captions[0] ?? "",
      prompt: encodePrompt(tokenizer, captions[0] ?? ""),
      ids: tokenizer.encode(drawing),
    }))
    .filter(({ prompt, ids }) => prompt.length + ids.length <= contextLength)
    .slice(0, Number(flags.drawings));

  /** Logits after the prompt and each token but the last. */
  const read = ({ prompt, ids }: (typeof samples)[number], cacheDtype: CacheDtype) => {
    const session = new DecodingSession(model, { batch: 1, capacity: contextLength, cacheDtype });
    const all = [session.prefill([prompt]).slice()];
    for (const id of ids.slice(0, -1)) all.push(session.step(Int32Array.of(id)).slice());
    session.dispose();
    return all;
  };

  const totals = { tokens: 0, same: 0, square: 0, spread: 0, most: 0, exact: 0, rounded: 0 };
  for (const sample of samples) {
    const [exact, rounded] = [read(sample, "float32"), read(sample, "int8")];
    for (const [i, logits] of exact.entries()) {
      const other = rounded[i]!;
      const id = sample.ids[i]!;
      totals.tokens++;
      if (likeliest(logits) === likeliest(other)) totals.same++;
      const mean = logits.reduce((sum, logit) => sum + logit, 0) / logits.length;
      for (const [at, logit] of logits.entries()) {
        const difference = other[at]! - logit;
        totals.square += difference ** 2 / logits.length;
        totals.spread += (logit - mean) ** 2 / logits.length;
        totals.most = Math.max(totals.most, Math.abs(difference));
      }
      totals.exact += (logSum(logits) - logits[id]!) / Math.LN2;
      totals.rounded += (logSum(other) - other[id]!) / Math.LN2;
    }
  }

  const draw = (cacheDtype: CacheDtype) =>
    generator.draw(
      samples.map(({ caption }) => caption),
      {
        sampling: { ...defaultSampling, temperature: 0 },
        ...{ seed: 1, maxTokens: null, context: contextLength, cacheDtype },
      },
    );
  const [exact, rounded] = [draw("float32"), draw("int8")];
  let [equal, before, tokens] = [0, 0, 0];
  for (const [i, { ids }] of exact.entries()) {
    const other = rounded[i]!.ids;
    const first = ids.findIndex((id, at) => id !== other[at]);
    if (first < 0 && other.length === ids.length) equal++;
    before += first < 0 ? ids.length : first;
    tokens += ids.length;
  }

  const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(2)} %`;
  const bytes = (cacheDtype: CacheDtype) => {
    const { perToken, perSequence } = cacheBytes(model.config, cacheDtype);
    return perToken * contextLength + perSequence;
  };
  const root = (sum: number) => Math.sqrt(sum / totals.tokens);
  console.log(`${samples.length} held-out drawings, ${totals.tokens} tokens`);
  console.log(
    `logits: ${root(totals.square).toFixed(4)} root mean square difference, ${totals.most.toFixed(3)} at most, of logits that spread by ${root(totals.spread).toFixed(2)}`,
  );
  console.log(`likeliest next token the same: ${percent(totals.same, totals.tokens)}`);
  console.log(
    `bits a drawing: ${(totals.exact / samples.length).toFixed(2)} over float32, ${(totals.rounded / samples.length).toFixed(2)} over int8`,
  );
  console.log(
    `drawn greedily: ${percent(equal, exact.length)} the same to the token; ${percent(before, tokens)} of the tokens stand before the first that differs`,
  );
  console.log(
    `caches of a sequence of ${contextLength}: ${bytes("float32")} bytes in float32, ${bytes("int8")} in int8, ${percent(bytes("int8"), bytes("float32"))}`,
  );
});
