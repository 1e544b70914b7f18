/** docs/parity.md. */
import {
  type AdapterDifferences,
  adapterTolerance,
  type Bfloat16Differences,
  bfloat16Tolerance,
  type Differences,
  tolerance,
} from "../../tests/golden/measure.ts";

/** What loading here's files there gave, as tests/golden/check_saved.py prints it. */
export interface ReturnTrip {
  /** Largest absolute difference. */
  readonly logits: number;
  /** Warnings, and tensors without a match. */
  readonly notes: readonly string[];
  /** Texts that were encoded there too, and how many otherwise; absent where there was no tokenizer. */
  readonly encodings?: number;
  readonly misencoded?: number;
}

export const returnTolerance = 1e-4;

export interface Parity {
  readonly seed: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly decoders: ReadonlyMap<string, Differences>;
  /** The largest of the goldens. */
  readonly bfloat16Noise: number;
  /** At the scale that training starts from, by the names of `decoders`. */
  readonly bfloat16: ReadonlyMap<string, Bfloat16Differences>;
  readonly adapters: ReadonlyMap<string, AdapterDifferences>;
  readonly returned: ReadonlyMap<string, ReturnTrip>;
}

export function parityPage(parity: Parity): string {
  const { seed, versions, decoders, bfloat16Noise, bfloat16, adapters, returned } = parity;
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const back = (name: string) => {
    const trip = returned.get(name);
    if (trip === undefined) return "";
    const count = trip.notes.length;
    const texts =
      trip.encodings === undefined
        ? ""
        : `, ${trip.misencoded} of ${trip.encodings} texts encoded otherwise`;
    return `${number(trip.logits)}, ${count} warning${count === 1 ? "" : "s"}${texts}`;
  };
  const sizes = [...bfloat16.values()].map(({ size }) => size.toFixed(2)).sort();
  const extended = [...returned].filter(([name]) => /\d new tokens|SVG tokens/.test(name));
  const exported = [...returned].filter(([name]) => name.includes("with new tokens,"));
  const pissa = [...returned].filter(([name]) => name.includes("PiSSA"));
  const notes = [...returned].flatMap(([name, trip]) =>
    trip.notes.map((note) => `- ${name}: ${note.split(". ")[0]}.`),
  );
  return `# Parity

Written by \`npm run test:parity\` (${new Date().toISOString().slice(0, 10)}, seed ${seed}): largest differences from ${packages.join(", ")}, in float32, on tiny random checkpoints in the true layout whose logits are of size 1. The same comparison with a fixed seed is part of \`npm test\`, without Python.

- **logits**: absolute, of two rows of 12 tokens (48 where the name says *beyond*, 72 where it says *chunks*); at most ${tolerance.logits}.
- **hidden**: absolute, of the embeddings and what each layer gives; at most ${tolerance.hidden}.
- **bfloat16**: absolute, of the logits with matrices kept in bfloat16, computed in float32 on both sides; at most ${tolerance.bfloat16}. Arithmetic in bfloat16 is coarser than any difference here: PyTorch's own is up to ${number(bfloat16Noise)} from these logits.
- **bfloat16 arithmetic**: absolute, of the logits with matrices kept in bfloat16 and computed in float32 here, from those of the other framework with \`dtype=torch.bfloat16\`, which rounds every result to it; at most ${bfloat16Tolerance}. Of two rows of 12 tokens, on other checkpoints than the rest, at the standard scale of a model that training starts from: as the other framework draws them with \`initializer_range\` 0.02, norms and biases moved by noise of 0.02, four layers of width 128, saved in bfloat16; not part of \`npm test\`. Their logits have a root mean square of ${sizes[0]} to ${sizes.at(-1)}, and what differs is the other framework's rounding, so wider logits would differ by more: the previous column has ours against the same rounded weights in float32.
- **ten steps**: of the losses before each of ten AdamW steps, relative; at most ${tolerance.losses}.
- **gradients**: of every parameter, relative to the largest element of its tensor; at most ${tolerance.gradients}.
- **greedy**: tokens of 64 that differ; none may.
- **cached**: of logits with the key-value cache and without, absolute; at most ${tolerance.cached}.
- **saved, loaded there**: of logits after the model was saved here and loaded by the other framework, absolute, at most ${returnTolerance}; and what it warned of.

## Families

| model | logits | hidden | bfloat16 | bfloat16 arithmetic | ten steps | gradients | greedy | cached | saved, loaded there |
|---|---|---|---|---|---|---|---|---|---|
${[...decoders]
  .map(([name, found]) =>
    row([
      name,
      number(found.logits),
      number(found.hidden),
      number(found.bfloat16),
      number(bfloat16.get(name)!.logits),
      number(found.losses),
      number(found.gradients),
      String(found.greedy),
      number(found.cached),
      back(name),
    ]),
  )
  .join("\n")}

\`llama-linear-beyond\`, \`llama-dynamic-beyond\` and \`llama-yarn-beyond\` are compared and trained over rows of 48 tokens, and continued to 72, with a context of pretraining of 20. Dynamic positions change as a sequence grows, so that keys in a cache keep those that they were read with, there as here: greedy tokens are those of both caches. \`phi-3-longrope\` is compared within the context of pretraining, which is the decoder's: longer sequences are refused. What else is refused is in [models.md](models.md#refused).

## Adapters

**merged**: logits with the adapter merged into its base, absolute; at most ${adapterTolerance.merged}.

| adapter | logits | merged | ten steps | gradients | saved, loaded there |
|---|---|---|---|---|---|
${[...adapters]
  .map(([name, found]) =>
    row([
      name,
      number(found.logits),
      number(found.merged),
      number(found.losses),
      number(found.gradients),
      back(`adapter ${name}`),
    ]),
  )
  .join("\n")}

\`rows\`, \`rows-tied\` and \`rows-gpt2\` train single rows of the token tables (\`trainable_token_indices\`). An adapter that started by PiSSA is saved as the plain one of twice the rank that it is over the model as it was; PEFT's own that are not converted so are refused.

| PiSSA, trained here | saved, loaded there |
|---|---|
${pissa.map(([name]) => row([name.replace("adapter ", ""), back(name)])).join("\n")}

Adapters over models whose vocabulary grew, trained and exported here, and loaded there by the very lines of Python that \`pathloom export\` printed:

| exported | loaded there |
|---|---|
${exported.map(([name]) => row([name.replace("adapter ", ""), back(name)])).join("\n")}

## Extended vocabularies

With a tokenizer, \`AutoTokenizer\` reads it and encodes texts of all kinds, SVG tokens among them.

| model | saved, loaded there |
|---|---|
${extended.map(([name]) => row([name, back(name)])).join("\n")}
${notes.length === 0 ? "" : `\n## Warnings\n\n${notes.join("\n")}\n`}`;
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const number = (value: number): string => (value === 0 ? "0" : value.toExponential(1));
