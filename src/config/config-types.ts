/**
 * The configuration's types: every key with its meaning, unit and default.
 *
 * (Written from the schema by `scripts/config-docs.ts`.)
 */
import type { z } from "zod";
import type { configSchema } from "./schema.ts";

type Output = z.output<typeof configSchema>;
type Input = z.input<typeof configSchema>;

/**
 * A configuration with every default filled in.
 * @example
 * const config: Config = loadConfig("configs/quickstart.yaml");
 * console.log(config.train.steps, config.model.hiddenSize);
 */
export type Config = {
  /** The drawings that are learnt and what is said of them. */
  data: DataConfig;
  /** How a drawing becomes tokens. */
  tokenizer: TokenizerConfig;
  /** The decoder: a pretrained one, or a shape. */
  model: ModelConfig;
  /** The tokens that a tokenizer adds to the model of `model.from`. */
  vocabulary: VocabularyConfig;
  /** How long and how the decoder learns. */
  train: TrainConfig;
  /**
   * How processes that `mpirun` or `srun` started train one model (docs/distributed.md). How many
   * they are is the launcher's to say.
   */
  distributed: DistributedConfig;
  /** The adapters that `train.method: lora` and `qlora` train. */
  lora: LoraSection;
  /** Preference training, `train.task: dpo` (docs/preferences.md). */
  dpo: DpoConfig;
  /** How drawings are made. */
  generate: GenerateConfig;
  /**
   * How a model is measured, at a run's end and by `evaluate --measure`, and how drawings are
   * judged by `evaluate --data`.
   */
  evaluate: EvaluateConfig;
  /**
   * Rejection sampling, `pathloom rejection-sample` (docs/preferences.md). `train` passes it over.
   */
  rejection: RejectionConfig;
  /** What a run leaves for people to look at. */
  report: ReportConfig;
  /** An ablation: the runs that `pathloom sweep` makes of this recipe. `train` passes it over. */
  sweep: SweepConfig;
  /** How `pathloom serve` listens, and what a request may ask for. */
  serve: ServeConfig;
  /** How images become drawings, `pathloom trace` (docs/tracing.md). */
  trace: TraceConfig;
  /**
   * From captions to drawings by way of images, `pathloom synthesize` (docs/synthesis.md); traced
   * as the section `trace` says.
   */
  synthesize: SynthesizeConfig;
};

/**
 * What a user may write: everything is optional.
 * @example
 * const input: ConfigInput = { data: { source: "icons" }, train: { steps: 500 } };
 * const config = resolveConfig(input);
 */
export type ConfigInput = {
  /** The drawings that are learnt and what is said of them. */
  data?: DataConfigInput | undefined;
  /** How a drawing becomes tokens. */
  tokenizer?: TokenizerConfigInput | undefined;
  /** The decoder: a pretrained one, or a shape. */
  model?: ModelConfigInput | undefined;
  /** The tokens that a tokenizer adds to the model of `model.from`. */
  vocabulary?: VocabularyConfigInput | undefined;
  /** How long and how the decoder learns. */
  train?: TrainConfigInput | undefined;
  /**
   * How processes that `mpirun` or `srun` started train one model (docs/distributed.md). How many
   * they are is the launcher's to say.
   */
  distributed?: DistributedConfigInput | undefined;
  /** The adapters that `train.method: lora` and `qlora` train. */
  lora?: LoraSectionInput | undefined;
  /** Preference training, `train.task: dpo` (docs/preferences.md). */
  dpo?: DpoConfigInput | undefined;
  /** How drawings are made. */
  generate?: GenerateConfigInput | undefined;
  /**
   * How a model is measured, at a run's end and by `evaluate --measure`, and how drawings are
   * judged by `evaluate --data`.
   */
  evaluate?: EvaluateConfigInput | undefined;
  /**
   * Rejection sampling, `pathloom rejection-sample` (docs/preferences.md). `train` passes it over.
   */
  rejection?: RejectionConfigInput | undefined;
  /** What a run leaves for people to look at. */
  report?: ReportConfigInput | undefined;
  /** An ablation: the runs that `pathloom sweep` makes of this recipe. `train` passes it over. */
  sweep?: SweepConfigInput | undefined;
  /** How `pathloom serve` listens, and what a request may ask for. */
  serve?: ServeConfigInput | undefined;
  /** How images become drawings, `pathloom trace` (docs/tracing.md). */
  trace?: TraceConfigInput | undefined;
  /**
   * From captions to drawings by way of images, `pathloom synthesize` (docs/synthesis.md); traced
   * as the section `trace` says.
   */
  synthesize?: SynthesizeConfigInput | undefined;
};

/** The drawings that are learnt and what is said of them. */
export type DataConfig = {
  /**
   * Where the drawings come from: `lucide` (the icons of the `lucide-static` package), `npm:` and
   * the name of an installed package (`npm:@tabler/icons`, `npm:@phosphor-icons/core`,
   * `npm:@iconify-json/…`, `npm:@twemoji/svg`, `npm:openmoji`, or any that holds `.svg` files), a
   * folder of `.svg` files, a table or shard (`.jsonl`, `.json`, `.csv`, `.tsv`, `.parquet`,
   * `.arrow`, `.tar`) or a folder of them, `hf:` and a data set of the Hugging Face Hub; or a list
   * of these, each alone or as `{source, weight, style, word, columns}`. Paths are relative to the
   * working directory. `weight` is how often a set's drawings are shown beside the others', `style`
   * chooses among a package's (`outline`, `filled`, `bold` …), `word` is what captions call it,
   * `columns` (`{svg, captions, id}`) names those of a table whose layout is not known
   * (docs/data.md). Default: `none`.
   */
  source: Output["data"]["source"];
  /**
   * What is learnt of the drawings: `text-to-svg` draws captions, `svg-to-text` says what a drawing
   * shows, `completion` goes on with a drawing of which the first elements are given, `editing`
   * changes a drawing as an instruction says. One, or a list of them, each alone or as `{task,
   * weight}`, by which they are mixed (docs/tasks.md). Default: `"text-to-svg"`.
   */
  task: Output["data"]["task"];
  /**
   * Of `task: completion`: beginnings of different lengths that are made of each drawing, at most.
   * In beginnings. Default: `3`.
   */
  beginnings: Output["data"]["beginnings"];
  /**
   * Of `task: editing`, where no source has `columns.before`: what edits are made of the drawings,
   * with instructions for each. Default: `["recolor","mirror","move","remove","add","stroke"]`.
   */
  edits: Output["data"]["edits"];
  /** Edits made of each drawing, at most. In edits. Default: `4`. */
  editsEach: Output["data"]["editsEach"];
  /**
   * Read at most so many drawings of each source; `null` reads all. In drawings. Default: `null`.
   */
  limit: Output["data"]["limit"];
  /**
   * Share of the drawings that are never trained on, chosen by a hash of the content: the same
   * drawing always falls on the same side. In share, 0 to 0.9. Default: `0.05`.
   */
  heldOut: Output["data"]["heldOut"];
  /**
   * Of several sources: drawings of the same name stand on the same side of the split, whatever set
   * they are from, so that a held-out caption was never trained on. Default: `true`.
   */
  splitNames: Output["data"]["splitNames"];
  /**
   * Share of the captions that say how the drawing is drawn (`outline`, `filled` …), as their last
   * word; the plainest caption is there with and without it. `null`: 0 for one source, 0.75 for
   * several. In share, 0 to 1. Default: `null`.
   */
  styleWords: Output["data"]["styleWords"];
  /**
   * Longer samples (caption and drawing) are left out and counted; `null` takes
   * `model.contextLength`. In tokens. Default: `null`.
   */
  maxTokens: Output["data"]["maxTokens"];
  /**
   * What is done with samples that are too long: `drop` leaves them out, counts them and lists them
   * in `left-out.jsonl`; `scenes` cuts drawings between elements into parts that fit, each a sample
   * whose caption says which part it is and what is drawn before it (those of which one element is
   * too long are left out); `refuse` does not train. None is ever cut. Default: `"drop"`.
   */
  tooLong: Output["data"]["tooLong"];
  filters: {
    /**
     * Leaves out drawings that do not render, and those of which nothing shows on white paper.
     * Default: `false`.
     */
    visible: Output["data"]["filters"]["visible"];
    /**
     * Leaves out drawings of which something cannot be kept (text, pictures, masks, filters …),
     * instead of learning them without it. Default: `false`.
     */
    lossless: Output["data"]["filters"]["lossless"];
    /**
     * Leaves out drawings of a longer view box, of either direction. In longer sides in shorter
     * ones. Default: `null`.
     */
    aspect: Output["data"]["filters"]["aspect"];
    /** Leaves out drawings of fewer shapes; groups do not count. In shapes. Default: `null`. */
    leastElements: Output["data"]["filters"]["leastElements"];
    /** Leaves out drawings of more shapes. In shapes. Default: `null`. */
    mostElements: Output["data"]["filters"]["mostElements"];
    /** Leaves out drawings of fewer tokens, without their captions. In tokens. Default: `null`. */
    leastTokens: Output["data"]["filters"]["leastTokens"];
    /**
     * Leaves out drawings of more tokens, without their captions: the usual 4,096 or 8,192 whatever
     * the context is. `data.maxTokens` bounds caption and drawing together. In tokens. Default:
     * `null`.
     */
    mostTokens: Output["data"]["filters"]["mostTokens"];
    /**
     * Drawings that look nearly the same, by a perceptual hash of their rendering: `keep` has them
     * as all others (drawings of the same coarse geometry stand on one side of the split anyway),
     * `together` puts them on one side of the split, mirrored ones too, `drop` keeps the first
     * alone. Identical ones are always merged. Default: `"keep"`.
     */
    nearDuplicates: Output["data"]["filters"]["nearDuplicates"];
    /**
     * Leaves out drawings whose plainest caption another has: from this share of common words and
     * pairs of words on (Jaccard; by MinHash). 1 is the same words, 0.8 usual; `null` leaves all.
     * In share, above 0 to 1. Default: `null`.
     */
    captionSimilarity: Output["data"]["filters"]["captionSimilarity"];
    /**
     * Of `data.filters.captionSimilarity`: drawings that are kept of one caption. In drawings.
     * Default: `1`.
     */
    captionCopies: Output["data"]["filters"]["captionCopies"];
    /**
     * Leaves out captions in other languages, and drawings that have no other: codes of ISO 639
     * (`[en]`). Short captions are judged by their script, others from 30 letters on by trigrams.
     * Default: `null`.
     */
    languages: Output["data"]["filters"]["languages"];
    /**
     * Leaves out drawings that fit their plainest caption less, by the CLIP that
     * `data.filters.clip` names: the cosine of picture and text, which papers give a hundred times
     * of. 0.2 to 0.25 is usual with ViT-B/32. In cosine, -1 to 1. Default: `null`.
     */
    clipScore: Output["data"]["filters"]["clipScore"];
    /**
     * Of `data.filters.clipScore`: a folder that holds a CLIP in the layout of the Hub, or an id of
     * the Hub, as `openai/clip-vit-base-patch32`. Default: `null`.
     */
    clip: Output["data"]["filters"]["clip"];
  };
  /**
   * Captions written for each icon: its name, and its name with changing tags. One is drawn at
   * random each time the icon is trained on. In captions. Default: `4`.
   */
  captionVariants: Output["data"]["captionVariants"];
  /** Most tags that a caption adds to the icon's name. In tags. Default: `3`. */
  captionTags: Output["data"]["captionTags"];
  /**
   * Drawings of folders are called by the words of their file names, whatever tables and files
   * beside them say. Default: `false`.
   */
  fileNames: Output["data"]["fileNames"];
  /**
   * Share of the samples that are trained on without their caption, which `generate.guidance` and
   * `generate.candidates` need; 0.1 is usual. In share, 0 to 1. Default: `0`.
   */
  captionDropout: Output["data"]["captionDropout"];
  /**
   * Also train on drawings made of each one, exact on the grid: `mirror` flips it from left to
   * right and exchanges *left* and *right* in its captions, unless they speak of letters, digits,
   * clocks and the like; `shift` moves a copy within the canvas; `stroke` draws thinner and bolder
   * copies that captions call `thin` and `bold`; `scale` makes a copy larger or smaller, to the
   * nearest grid unit, unless captions speak of sizes; `color` turns the hues of a copy and calls
   * them anew in its captions, or makes none where that would not be true; `order` paints what does
   * not touch in another order (where `tokenizer.order` is `keep`). One, or a list. Default:
   * `"none"`.
   */
  augment: Output["data"]["augment"];
  /** Of `augment: shift`: farthest step to each side. In grid units. Default: `4`. */
  shiftBy: Output["data"]["shiftBy"];
  /**
   * Of `augment: scale`: farthest that a copy grows or shrinks. In share of its size. Default:
   * `0.25`.
   */
  scaleBy: Output["data"]["scaleBy"];
  /**
   * Brings the strokes of all sets to one style: this width on a view box of 24 units, round caps
   * and joins; `null` keeps what the drawings have. In 24ths of the longer side. Default: `null`.
   */
  strokeWidth: Output["data"]["strokeWidth"];
  /**
   * Font files (`.ttf`, `.otf`, `.ttc`) in which text of the drawings is set as outlines: each text
   * in that of its family and style, else in the first. Without any, text is left out and counted.
   * Default: `[]`.
   */
  fonts: Output["data"]["fonts"];
  /**
   * Fill each row of a batch with several samples that cannot see each other, instead of one sample
   * and padding. Default: `true`.
   */
  packing: Output["data"]["packing"];
  /**
   * Without packing: drawings of like length come together, in rows of as few quarters of the
   * context as hold them. Less padding; the order is a little less random. Default: `false`.
   */
  groupByLength: Output["data"]["groupByLength"];
  /**
   * Which tokens the training loss counts: those of the `drawing`, or those of the whole `sample`,
   * caption included. Held-out figures always count the drawing's. Default: `"drawing"`.
   */
  lossOn: Output["data"]["lossOn"];
};

/** The drawings that are learnt and what is said of them. As it may be written. */
export type DataConfigInput = {
  /**
   * Where the drawings come from: `lucide` (the icons of the `lucide-static` package), `npm:` and
   * the name of an installed package (`npm:@tabler/icons`, `npm:@phosphor-icons/core`,
   * `npm:@iconify-json/…`, `npm:@twemoji/svg`, `npm:openmoji`, or any that holds `.svg` files), a
   * folder of `.svg` files, a table or shard (`.jsonl`, `.json`, `.csv`, `.tsv`, `.parquet`,
   * `.arrow`, `.tar`) or a folder of them, `hf:` and a data set of the Hugging Face Hub; or a list
   * of these, each alone or as `{source, weight, style, word, columns}`. Paths are relative to the
   * working directory. `weight` is how often a set's drawings are shown beside the others', `style`
   * chooses among a package's (`outline`, `filled`, `bold` …), `word` is what captions call it,
   * `columns` (`{svg, captions, id}`) names those of a table whose layout is not known
   * (docs/data.md). Default: `none`.
   */
  source?: NonNullable<Input["data"]>["source"];
  /**
   * What is learnt of the drawings: `text-to-svg` draws captions, `svg-to-text` says what a drawing
   * shows, `completion` goes on with a drawing of which the first elements are given, `editing`
   * changes a drawing as an instruction says. One, or a list of them, each alone or as `{task,
   * weight}`, by which they are mixed (docs/tasks.md). Default: `"text-to-svg"`.
   */
  task?: NonNullable<Input["data"]>["task"];
  /**
   * Of `task: completion`: beginnings of different lengths that are made of each drawing, at most.
   * In beginnings. Default: `3`.
   */
  beginnings?: NonNullable<Input["data"]>["beginnings"];
  /**
   * Of `task: editing`, where no source has `columns.before`: what edits are made of the drawings,
   * with instructions for each. Default: `["recolor","mirror","move","remove","add","stroke"]`.
   */
  edits?: NonNullable<Input["data"]>["edits"];
  /** Edits made of each drawing, at most. In edits. Default: `4`. */
  editsEach?: NonNullable<Input["data"]>["editsEach"];
  /**
   * Read at most so many drawings of each source; `null` reads all. In drawings. Default: `null`.
   */
  limit?: NonNullable<Input["data"]>["limit"];
  /**
   * Share of the drawings that are never trained on, chosen by a hash of the content: the same
   * drawing always falls on the same side. In share, 0 to 0.9. Default: `0.05`.
   */
  heldOut?: NonNullable<Input["data"]>["heldOut"];
  /**
   * Of several sources: drawings of the same name stand on the same side of the split, whatever set
   * they are from, so that a held-out caption was never trained on. Default: `true`.
   */
  splitNames?: NonNullable<Input["data"]>["splitNames"];
  /**
   * Share of the captions that say how the drawing is drawn (`outline`, `filled` …), as their last
   * word; the plainest caption is there with and without it. `null`: 0 for one source, 0.75 for
   * several. In share, 0 to 1. Default: `null`.
   */
  styleWords?: NonNullable<Input["data"]>["styleWords"];
  /**
   * Longer samples (caption and drawing) are left out and counted; `null` takes
   * `model.contextLength`. In tokens. Default: `null`.
   */
  maxTokens?: NonNullable<Input["data"]>["maxTokens"];
  /**
   * What is done with samples that are too long: `drop` leaves them out, counts them and lists them
   * in `left-out.jsonl`; `scenes` cuts drawings between elements into parts that fit, each a sample
   * whose caption says which part it is and what is drawn before it (those of which one element is
   * too long are left out); `refuse` does not train. None is ever cut. Default: `"drop"`.
   */
  tooLong?: NonNullable<Input["data"]>["tooLong"];
  filters?: {
    /**
     * Leaves out drawings that do not render, and those of which nothing shows on white paper.
     * Default: `false`.
     */
    visible?: NonNullable<NonNullable<Input["data"]>["filters"]>["visible"];
    /**
     * Leaves out drawings of which something cannot be kept (text, pictures, masks, filters …),
     * instead of learning them without it. Default: `false`.
     */
    lossless?: NonNullable<NonNullable<Input["data"]>["filters"]>["lossless"];
    /**
     * Leaves out drawings of a longer view box, of either direction. In longer sides in shorter
     * ones. Default: `null`.
     */
    aspect?: NonNullable<NonNullable<Input["data"]>["filters"]>["aspect"];
    /** Leaves out drawings of fewer shapes; groups do not count. In shapes. Default: `null`. */
    leastElements?: NonNullable<NonNullable<Input["data"]>["filters"]>["leastElements"];
    /** Leaves out drawings of more shapes. In shapes. Default: `null`. */
    mostElements?: NonNullable<NonNullable<Input["data"]>["filters"]>["mostElements"];
    /** Leaves out drawings of fewer tokens, without their captions. In tokens. Default: `null`. */
    leastTokens?: NonNullable<NonNullable<Input["data"]>["filters"]>["leastTokens"];
    /**
     * Leaves out drawings of more tokens, without their captions: the usual 4,096 or 8,192 whatever
     * the context is. `data.maxTokens` bounds caption and drawing together. In tokens. Default:
     * `null`.
     */
    mostTokens?: NonNullable<NonNullable<Input["data"]>["filters"]>["mostTokens"];
    /**
     * Drawings that look nearly the same, by a perceptual hash of their rendering: `keep` has them
     * as all others (drawings of the same coarse geometry stand on one side of the split anyway),
     * `together` puts them on one side of the split, mirrored ones too, `drop` keeps the first
     * alone. Identical ones are always merged. Default: `"keep"`.
     */
    nearDuplicates?: NonNullable<NonNullable<Input["data"]>["filters"]>["nearDuplicates"];
    /**
     * Leaves out drawings whose plainest caption another has: from this share of common words and
     * pairs of words on (Jaccard; by MinHash). 1 is the same words, 0.8 usual; `null` leaves all.
     * In share, above 0 to 1. Default: `null`.
     */
    captionSimilarity?: NonNullable<NonNullable<Input["data"]>["filters"]>["captionSimilarity"];
    /**
     * Of `data.filters.captionSimilarity`: drawings that are kept of one caption. In drawings.
     * Default: `1`.
     */
    captionCopies?: NonNullable<NonNullable<Input["data"]>["filters"]>["captionCopies"];
    /**
     * Leaves out captions in other languages, and drawings that have no other: codes of ISO 639
     * (`[en]`). Short captions are judged by their script, others from 30 letters on by trigrams.
     * Default: `null`.
     */
    languages?: NonNullable<NonNullable<Input["data"]>["filters"]>["languages"];
    /**
     * Leaves out drawings that fit their plainest caption less, by the CLIP that
     * `data.filters.clip` names: the cosine of picture and text, which papers give a hundred times
     * of. 0.2 to 0.25 is usual with ViT-B/32. In cosine, -1 to 1. Default: `null`.
     */
    clipScore?: NonNullable<NonNullable<Input["data"]>["filters"]>["clipScore"];
    /**
     * Of `data.filters.clipScore`: a folder that holds a CLIP in the layout of the Hub, or an id of
     * the Hub, as `openai/clip-vit-base-patch32`. Default: `null`.
     */
    clip?: NonNullable<NonNullable<Input["data"]>["filters"]>["clip"];
  };
  /**
   * Captions written for each icon: its name, and its name with changing tags. One is drawn at
   * random each time the icon is trained on. In captions. Default: `4`.
   */
  captionVariants?: NonNullable<Input["data"]>["captionVariants"];
  /** Most tags that a caption adds to the icon's name. In tags. Default: `3`. */
  captionTags?: NonNullable<Input["data"]>["captionTags"];
  /**
   * Drawings of folders are called by the words of their file names, whatever tables and files
   * beside them say. Default: `false`.
   */
  fileNames?: NonNullable<Input["data"]>["fileNames"];
  /**
   * Share of the samples that are trained on without their caption, which `generate.guidance` and
   * `generate.candidates` need; 0.1 is usual. In share, 0 to 1. Default: `0`.
   */
  captionDropout?: NonNullable<Input["data"]>["captionDropout"];
  /**
   * Also train on drawings made of each one, exact on the grid: `mirror` flips it from left to
   * right and exchanges *left* and *right* in its captions, unless they speak of letters, digits,
   * clocks and the like; `shift` moves a copy within the canvas; `stroke` draws thinner and bolder
   * copies that captions call `thin` and `bold`; `scale` makes a copy larger or smaller, to the
   * nearest grid unit, unless captions speak of sizes; `color` turns the hues of a copy and calls
   * them anew in its captions, or makes none where that would not be true; `order` paints what does
   * not touch in another order (where `tokenizer.order` is `keep`). One, or a list. Default:
   * `"none"`.
   */
  augment?: NonNullable<Input["data"]>["augment"];
  /** Of `augment: shift`: farthest step to each side. In grid units. Default: `4`. */
  shiftBy?: NonNullable<Input["data"]>["shiftBy"];
  /**
   * Of `augment: scale`: farthest that a copy grows or shrinks. In share of its size. Default:
   * `0.25`.
   */
  scaleBy?: NonNullable<Input["data"]>["scaleBy"];
  /**
   * Brings the strokes of all sets to one style: this width on a view box of 24 units, round caps
   * and joins; `null` keeps what the drawings have. In 24ths of the longer side. Default: `null`.
   */
  strokeWidth?: NonNullable<Input["data"]>["strokeWidth"];
  /**
   * Font files (`.ttf`, `.otf`, `.ttc`) in which text of the drawings is set as outlines: each text
   * in that of its family and style, else in the first. Without any, text is left out and counted.
   * Default: `[]`.
   */
  fonts?: NonNullable<Input["data"]>["fonts"];
  /**
   * Fill each row of a batch with several samples that cannot see each other, instead of one sample
   * and padding. Default: `true`.
   */
  packing?: NonNullable<Input["data"]>["packing"];
  /**
   * Without packing: drawings of like length come together, in rows of as few quarters of the
   * context as hold them. Less padding; the order is a little less random. Default: `false`.
   */
  groupByLength?: NonNullable<Input["data"]>["groupByLength"];
  /**
   * Which tokens the training loss counts: those of the `drawing`, or those of the whole `sample`,
   * caption included. Held-out figures always count the drawing's. Default: `"drawing"`.
   */
  lossOn?: NonNullable<Input["data"]>["lossOn"];
};

/** How a drawing becomes tokens. */
export type TokenizerConfig = {
  /**
   * The language a drawing is written in: `path` has a vocabulary of its own, `semantic` adds
   * LLM4SVG's tokens to a base tokenizer, `text` is SVG itself over a base tokenizer, `omnisvg` is
   * OmniSVG's vocabulary. Default: `"path"`.
   */
  type: Output["tokenizer"]["type"];
  /**
   * The base tokenizer of `semantic` and `text`, and of `omnisvg` by choice: a `tokenizer.json`, or
   * a folder that holds one; `null` takes that of `model.from`. Default: `null`.
   */
  base: Output["tokenizer"]["base"];
  /**
   * The text before a drawing; the caption stands in place of `{caption}`. Default: `"{caption}"`.
   */
  prompt: Output["tokenizer"]["prompt"];
  /**
   * What stands around what a task gives and asks for: `plain` nothing but `prompt`, `llm4svg` its
   * GPT-2's `{caption}. output:`, `alpaca` the instruction and response of its Llama, `chat` the
   * base model's own chat template (docs/tasks.md). The text is kept with the tokenizer. Default:
   * `"plain"`.
   */
  template: Output["tokenizer"]["template"];
  /**
   * Of `template: chat`: what the system says first; `null` leaves that to the template. Default:
   * `null`.
   */
  system: Output["tokenizer"]["system"];
  /**
   * Of `text`: `<|ctx|>` caption `<|objs|>` SVG `<|end_svg|>` as added tokens, the plain words
   * `Instruction: …` and `Response: …`, or nothing but the SVG (`bare`), for a `template` that says
   * the rest. Default: `"markers"`.
   */
  wrapper: Output["tokenizer"]["wrapper"];
  /** Of `semantic`: decimals of a coordinate. In digits. Default: `0`. */
  precision: Output["tokenizer"]["precision"];
  /**
   * Of `path` and `omnisvg`: size of the byte-pair encoding that is trained on the training
   * captions; 256 is bytes alone. In tokens. Default: `512`.
   */
  captionVocabulary: Output["tokenizer"]["captionVocabulary"];
  /**
   * Of `path`: tokens for runs of drawing tokens that are frequent in the training drawings,
   * learned by byte-pair merging over those tokens; drawings become shorter, and are still written
   * in one way. In tokens. Default: `0`.
   */
  merges: Output["tokenizer"]["merges"];
  /**
   * What `merges` joins: any tokens that stand side by side (`token`), or whole commands with their
   * numbers alone (`segment`), as HiVG's segment tokens. Default: `"token"`.
   */
  mergeUnit: Output["tokenizer"]["mergeUnit"];
  /**
   * Length of the longer side of the view box; points are whole numbers on it. In grid units.
   * Default: `200`.
   */
  grid: Output["tokenizer"]["grid"];
  /**
   * Of `path`: a point is two tokens, x and y (`separate`), or one token of grid x grid (`merged`),
   * which makes drawings shorter and the vocabulary larger. Default: `"separate"`.
   */
  coordinates: Output["tokenizer"]["coordinates"];
  /**
   * Of `path` and `semantic`: `relative` writes points as steps from the last point; in `path`,
   * needs separate coordinates. Default: `"absolute"`.
   */
  positions: Output["tokenizer"]["positions"];
  /**
   * Of `path`: longest step with a token of its own; longer ones are written as absolute
   * coordinates. In grid units. Default: `64`.
   */
  relativeRange: Output["tokenizer"]["relativeRange"];
  /**
   * Tokens for circles, rects and the like; without, they are written as paths. Default: `true`.
   */
  shapes: Output["tokenizer"]["shapes"];
  /** Tokens for arcs; without, they are written as cubic curves. Default: `true`. */
  arcs: Output["tokenizer"]["arcs"];
  /** Tokens for quadratic curves; without, they are written as cubic ones. Default: `true`. */
  quadratics: Output["tokenizer"]["quadratics"];
  /** Tokens for strokes; without, they are dropped and counted. Default: `true`. */
  strokes: Output["tokenizer"]["strokes"];
  /**
   * Of `path`, `semantic` and `text`: `sorted` writes what may stand in any order in one: elements
   * of one colour from the top down, lines from their upper end, closed ones clockwise. The picture
   * stays the same, and a model need not learn each artist's habits. Default: `"keep"`.
   */
  order: Output["tokenizer"]["order"];
  /**
   * Tokens for opacity; without, drawings that need it are refused and counted. Default: `true`.
   */
  opacity: Output["tokenizer"]["opacity"];
  /** Tokens for gradients; without, their first colour is taken. Default: `true`. */
  gradients: Output["tokenizer"]["gradients"];
  /** Tokens for groups; without, they are flattened. Default: `true`. */
  groups: Output["tokenizer"]["groups"];
  /**
   * Colours that can be said: the user's own alone (`currentColor`, in `path`), 4,096, or all (in
   * `path`, by two or three tokens). Default: `"12-bit"`.
   */
  colors: Output["tokenizer"]["colors"];
  /**
   * Of `path`: how a drawing looks that spends no token on it: SVG's black fill, or the round
   * strokes of stroke icons. Default: `"filled"`.
   */
  initial: Output["tokenizer"]["initial"];
};

/** How a drawing becomes tokens. As it may be written. */
export type TokenizerConfigInput = {
  /**
   * The language a drawing is written in: `path` has a vocabulary of its own, `semantic` adds
   * LLM4SVG's tokens to a base tokenizer, `text` is SVG itself over a base tokenizer, `omnisvg` is
   * OmniSVG's vocabulary. Default: `"path"`.
   */
  type?: NonNullable<Input["tokenizer"]>["type"];
  /**
   * The base tokenizer of `semantic` and `text`, and of `omnisvg` by choice: a `tokenizer.json`, or
   * a folder that holds one; `null` takes that of `model.from`. Default: `null`.
   */
  base?: NonNullable<Input["tokenizer"]>["base"];
  /**
   * The text before a drawing; the caption stands in place of `{caption}`. Default: `"{caption}"`.
   */
  prompt?: NonNullable<Input["tokenizer"]>["prompt"];
  /**
   * What stands around what a task gives and asks for: `plain` nothing but `prompt`, `llm4svg` its
   * GPT-2's `{caption}. output:`, `alpaca` the instruction and response of its Llama, `chat` the
   * base model's own chat template (docs/tasks.md). The text is kept with the tokenizer. Default:
   * `"plain"`.
   */
  template?: NonNullable<Input["tokenizer"]>["template"];
  /**
   * Of `template: chat`: what the system says first; `null` leaves that to the template. Default:
   * `null`.
   */
  system?: NonNullable<Input["tokenizer"]>["system"];
  /**
   * Of `text`: `<|ctx|>` caption `<|objs|>` SVG `<|end_svg|>` as added tokens, the plain words
   * `Instruction: …` and `Response: …`, or nothing but the SVG (`bare`), for a `template` that says
   * the rest. Default: `"markers"`.
   */
  wrapper?: NonNullable<Input["tokenizer"]>["wrapper"];
  /** Of `semantic`: decimals of a coordinate. In digits. Default: `0`. */
  precision?: NonNullable<Input["tokenizer"]>["precision"];
  /**
   * Of `path` and `omnisvg`: size of the byte-pair encoding that is trained on the training
   * captions; 256 is bytes alone. In tokens. Default: `512`.
   */
  captionVocabulary?: NonNullable<Input["tokenizer"]>["captionVocabulary"];
  /**
   * Of `path`: tokens for runs of drawing tokens that are frequent in the training drawings,
   * learned by byte-pair merging over those tokens; drawings become shorter, and are still written
   * in one way. In tokens. Default: `0`.
   */
  merges?: NonNullable<Input["tokenizer"]>["merges"];
  /**
   * What `merges` joins: any tokens that stand side by side (`token`), or whole commands with their
   * numbers alone (`segment`), as HiVG's segment tokens. Default: `"token"`.
   */
  mergeUnit?: NonNullable<Input["tokenizer"]>["mergeUnit"];
  /**
   * Length of the longer side of the view box; points are whole numbers on it. In grid units.
   * Default: `200`.
   */
  grid?: NonNullable<Input["tokenizer"]>["grid"];
  /**
   * Of `path`: a point is two tokens, x and y (`separate`), or one token of grid x grid (`merged`),
   * which makes drawings shorter and the vocabulary larger. Default: `"separate"`.
   */
  coordinates?: NonNullable<Input["tokenizer"]>["coordinates"];
  /**
   * Of `path` and `semantic`: `relative` writes points as steps from the last point; in `path`,
   * needs separate coordinates. Default: `"absolute"`.
   */
  positions?: NonNullable<Input["tokenizer"]>["positions"];
  /**
   * Of `path`: longest step with a token of its own; longer ones are written as absolute
   * coordinates. In grid units. Default: `64`.
   */
  relativeRange?: NonNullable<Input["tokenizer"]>["relativeRange"];
  /**
   * Tokens for circles, rects and the like; without, they are written as paths. Default: `true`.
   */
  shapes?: NonNullable<Input["tokenizer"]>["shapes"];
  /** Tokens for arcs; without, they are written as cubic curves. Default: `true`. */
  arcs?: NonNullable<Input["tokenizer"]>["arcs"];
  /** Tokens for quadratic curves; without, they are written as cubic ones. Default: `true`. */
  quadratics?: NonNullable<Input["tokenizer"]>["quadratics"];
  /** Tokens for strokes; without, they are dropped and counted. Default: `true`. */
  strokes?: NonNullable<Input["tokenizer"]>["strokes"];
  /**
   * Of `path`, `semantic` and `text`: `sorted` writes what may stand in any order in one: elements
   * of one colour from the top down, lines from their upper end, closed ones clockwise. The picture
   * stays the same, and a model need not learn each artist's habits. Default: `"keep"`.
   */
  order?: NonNullable<Input["tokenizer"]>["order"];
  /**
   * Tokens for opacity; without, drawings that need it are refused and counted. Default: `true`.
   */
  opacity?: NonNullable<Input["tokenizer"]>["opacity"];
  /** Tokens for gradients; without, their first colour is taken. Default: `true`. */
  gradients?: NonNullable<Input["tokenizer"]>["gradients"];
  /** Tokens for groups; without, they are flattened. Default: `true`. */
  groups?: NonNullable<Input["tokenizer"]>["groups"];
  /**
   * Colours that can be said: the user's own alone (`currentColor`, in `path`), 4,096, or all (in
   * `path`, by two or three tokens). Default: `"12-bit"`.
   */
  colors?: NonNullable<Input["tokenizer"]>["colors"];
  /**
   * Of `path`: how a drawing looks that spends no token on it: SVG's black fill, or the round
   * strokes of stroke icons. Default: `"filled"`.
   */
  initial?: NonNullable<Input["tokenizer"]>["initial"];
};

/** The decoder: a pretrained one, or a shape. */
export type ModelConfig = {
  /**
   * A model to start from: a folder in the Hugging Face layout, a run of ours, or an id of the Hub
   * with or without its revision (`openai-community/gpt2@main`); `null` starts from random weights.
   * The shape is then the model's own. Default: `null`.
   */
  from: Output["model"]["from"];
  /**
   * How the frozen weights of `model.from` are kept in memory, for `lora` and `qlora`; `nf4-double`
   * is `nf4` with scales of a byte; `null` takes `float32`, and `nf4` for `qlora`. Default: `null`.
   */
  weightDtype: Output["model"]["weightDtype"];
  /** Transformer blocks. Default: `4`. */
  layers: Output["model"]["layers"];
  /** Length of the vector that a token is between the blocks. Default: `192`. */
  hiddenSize: Output["model"]["hiddenSize"];
  /** Attention heads of a block; divides `hiddenSize` unless `headDim` is given. Default: `6`. */
  heads: Output["model"]["heads"];
  /**
   * Heads of keys and values, each shared by `heads / kvHeads` query heads; `null` takes `heads`.
   * Default: `null`.
   */
  kvHeads: Output["model"]["kvHeads"];
  /** Length of a head's vectors; `null` takes `hiddenSize / heads`. Default: `null`. */
  headDim: Output["model"]["headDim"];
  /**
   * Channels within the feed-forward part; `null` takes `4 * hiddenSize`, or `8 / 3 * hiddenSize`
   * rounded up to a multiple of 8 where the activation is gated. Default: `null`.
   */
  intermediateSize: Output["model"]["intermediateSize"];
  /**
   * Longest sequence, caption included; also the length of a training row. `null` takes 128, or
   * that of `model.from` up to 1,024. In tokens. Default: `null`.
   */
  contextLength: Output["model"]["contextLength"];
  /** A learned vector per position, or rotation of queries and keys. Default: `"rotary"`. */
  positions: Output["model"]["positions"];
  /** Base of the rotary frequencies. Default: `10000`. */
  ropeTheta: Output["model"]["ropeTheta"];
  /**
   * Stretches rotary positions, for a context longer than that of pretraining: `linear` divides
   * positions (position interpolation), `ntk` raises the base, `dynamic` raises it with each token
   * beyond, `yarn` divides slow frequencies and keeps fast ones. Over `model.from`,
   * `model.contextLength` may then be longer than the model's own, with `train.method` `full` or
   * `embeddings`. Default: `null`.
   */
  ropeScaling: Output["model"]["ropeScaling"];
  /**
   * How far `ropeScaling` stretches; `null` takes `contextLength` by the context of `model.from`.
   * Default: `null`.
   */
  ropeFactor: Output["model"]["ropeFactor"];
  /** Normalisation before each part of a block. Default: `"rmsnorm"`. */
  norm: Output["model"]["norm"];
  /** Added to the variance before the root. Default: `0.00001`. */
  normEps: Output["model"]["normEps"];
  /**
   * Nonlinearity of the feed-forward part; `gelu_new` is GPT-2's approximation. Default: `"silu"`.
   */
  activation: Output["model"]["activation"];
  /**
   * Multiply the activation by a second projection (`silu` and gated is SwiGLU). Default: `true`.
   */
  gated: Output["model"]["gated"];
  /** Biases in the projections, as GPT-2 has. Default: `false`. */
  bias: Output["model"]["bias"];
  /** Use the embedding matrix as the output head too. Default: `true`. */
  tieEmbeddings: Output["model"]["tieEmbeddings"];
  /**
   * Multi-token prediction: so many tokens beyond the next one are predicted in training, each by a
   * head of its own (one more block), which drafts tokens for `generate.speculate` afterwards. 0
   * predicts the next token alone. In tokens. Default: `0`.
   */
  futureTokens: Output["model"]["futureTokens"];
  /**
   * Of `futureTokens`: heads one after the other, each reading the token in between (DeepSeek-V3),
   * or side by side in place of the last block (Gloeckle et al.). Default: `"sequential"`.
   */
  futureHeads: Output["model"]["futureHeads"];
  /**
   * Share of what each part adds to the residual stream (and of the embeddings) that is set to zero
   * in training, against learning a small data set by heart. In share, 0 to 0.9. Default: `0`.
   */
  dropout: Output["model"]["dropout"];
  /** Standard deviation of the initial weights. Default: `0.02`. */
  initStd: Output["model"]["initStd"];
  /**
   * How the rows of number tokens begin, of the tokenizer `path`: each drawn at random, or
   * `ordered`, near numbers alike and merged runs as the mean of their parts (HiVG). Default:
   * `"random"`.
   */
  initNumbers: Output["model"]["initNumbers"];
};

/** The decoder: a pretrained one, or a shape. As it may be written. */
export type ModelConfigInput = {
  /**
   * A model to start from: a folder in the Hugging Face layout, a run of ours, or an id of the Hub
   * with or without its revision (`openai-community/gpt2@main`); `null` starts from random weights.
   * The shape is then the model's own. Default: `null`.
   */
  from?: NonNullable<Input["model"]>["from"];
  /**
   * How the frozen weights of `model.from` are kept in memory, for `lora` and `qlora`; `nf4-double`
   * is `nf4` with scales of a byte; `null` takes `float32`, and `nf4` for `qlora`. Default: `null`.
   */
  weightDtype?: NonNullable<Input["model"]>["weightDtype"];
  /** Transformer blocks. Default: `4`. */
  layers?: NonNullable<Input["model"]>["layers"];
  /** Length of the vector that a token is between the blocks. Default: `192`. */
  hiddenSize?: NonNullable<Input["model"]>["hiddenSize"];
  /** Attention heads of a block; divides `hiddenSize` unless `headDim` is given. Default: `6`. */
  heads?: NonNullable<Input["model"]>["heads"];
  /**
   * Heads of keys and values, each shared by `heads / kvHeads` query heads; `null` takes `heads`.
   * Default: `null`.
   */
  kvHeads?: NonNullable<Input["model"]>["kvHeads"];
  /** Length of a head's vectors; `null` takes `hiddenSize / heads`. Default: `null`. */
  headDim?: NonNullable<Input["model"]>["headDim"];
  /**
   * Channels within the feed-forward part; `null` takes `4 * hiddenSize`, or `8 / 3 * hiddenSize`
   * rounded up to a multiple of 8 where the activation is gated. Default: `null`.
   */
  intermediateSize?: NonNullable<Input["model"]>["intermediateSize"];
  /**
   * Longest sequence, caption included; also the length of a training row. `null` takes 128, or
   * that of `model.from` up to 1,024. In tokens. Default: `null`.
   */
  contextLength?: NonNullable<Input["model"]>["contextLength"];
  /** A learned vector per position, or rotation of queries and keys. Default: `"rotary"`. */
  positions?: NonNullable<Input["model"]>["positions"];
  /** Base of the rotary frequencies. Default: `10000`. */
  ropeTheta?: NonNullable<Input["model"]>["ropeTheta"];
  /**
   * Stretches rotary positions, for a context longer than that of pretraining: `linear` divides
   * positions (position interpolation), `ntk` raises the base, `dynamic` raises it with each token
   * beyond, `yarn` divides slow frequencies and keeps fast ones. Over `model.from`,
   * `model.contextLength` may then be longer than the model's own, with `train.method` `full` or
   * `embeddings`. Default: `null`.
   */
  ropeScaling?: NonNullable<Input["model"]>["ropeScaling"];
  /**
   * How far `ropeScaling` stretches; `null` takes `contextLength` by the context of `model.from`.
   * Default: `null`.
   */
  ropeFactor?: NonNullable<Input["model"]>["ropeFactor"];
  /** Normalisation before each part of a block. Default: `"rmsnorm"`. */
  norm?: NonNullable<Input["model"]>["norm"];
  /** Added to the variance before the root. Default: `0.00001`. */
  normEps?: NonNullable<Input["model"]>["normEps"];
  /**
   * Nonlinearity of the feed-forward part; `gelu_new` is GPT-2's approximation. Default: `"silu"`.
   */
  activation?: NonNullable<Input["model"]>["activation"];
  /**
   * Multiply the activation by a second projection (`silu` and gated is SwiGLU). Default: `true`.
   */
  gated?: NonNullable<Input["model"]>["gated"];
  /** Biases in the projections, as GPT-2 has. Default: `false`. */
  bias?: NonNullable<Input["model"]>["bias"];
  /** Use the embedding matrix as the output head too. Default: `true`. */
  tieEmbeddings?: NonNullable<Input["model"]>["tieEmbeddings"];
  /**
   * Multi-token prediction: so many tokens beyond the next one are predicted in training, each by a
   * head of its own (one more block), which drafts tokens for `generate.speculate` afterwards. 0
   * predicts the next token alone. In tokens. Default: `0`.
   */
  futureTokens?: NonNullable<Input["model"]>["futureTokens"];
  /**
   * Of `futureTokens`: heads one after the other, each reading the token in between (DeepSeek-V3),
   * or side by side in place of the last block (Gloeckle et al.). Default: `"sequential"`.
   */
  futureHeads?: NonNullable<Input["model"]>["futureHeads"];
  /**
   * Share of what each part adds to the residual stream (and of the embeddings) that is set to zero
   * in training, against learning a small data set by heart. In share, 0 to 0.9. Default: `0`.
   */
  dropout?: NonNullable<Input["model"]>["dropout"];
  /** Standard deviation of the initial weights. Default: `0.02`. */
  initStd?: NonNullable<Input["model"]>["initStd"];
  /**
   * How the rows of number tokens begin, of the tokenizer `path`: each drawn at random, or
   * `ordered`, near numbers alike and merged runs as the mean of their parts (HiVG). Default:
   * `"random"`.
   */
  initNumbers?: NonNullable<Input["model"]>["initNumbers"];
};

/** The tokens that a tokenizer adds to the model of `model.from`. */
export type VocabularyConfig = {
  /**
   * How a new token's rows begin: the mean of the rows of the words that describe it (LLM4SVG), a
   * draw from the old rows' normal distribution, or zeros. Default: `"description"`.
   */
  init: Output["vocabulary"]["init"];
  /** Of `distribution`: multiplies the old rows' covariance. Default: `1e-9`. */
  covarianceScale: Output["vocabulary"]["covarianceScale"];
  /**
   * The tables' rows become a multiple of this when tokens are added; 1 adds as many as there are
   * tokens. In rows. Default: `1`.
   */
  padToMultiple: Output["vocabulary"]["padToMultiple"];
  /**
   * Rows of the token tables that learn beside adapters, or by the method `embeddings`: those of
   * the new tokens, all, or none. Default: `"new"`.
   */
  train: Output["vocabulary"]["train"];
};

/** The tokens that a tokenizer adds to the model of `model.from`. As it may be written. */
export type VocabularyConfigInput = {
  /**
   * How a new token's rows begin: the mean of the rows of the words that describe it (LLM4SVG), a
   * draw from the old rows' normal distribution, or zeros. Default: `"description"`.
   */
  init?: NonNullable<Input["vocabulary"]>["init"];
  /** Of `distribution`: multiplies the old rows' covariance. Default: `1e-9`. */
  covarianceScale?: NonNullable<Input["vocabulary"]>["covarianceScale"];
  /**
   * The tables' rows become a multiple of this when tokens are added; 1 adds as many as there are
   * tokens. In rows. Default: `1`.
   */
  padToMultiple?: NonNullable<Input["vocabulary"]>["padToMultiple"];
  /**
   * Rows of the token tables that learn beside adapters, or by the method `embeddings`: those of
   * the new tokens, all, or none. Default: `"new"`.
   */
  train?: NonNullable<Input["vocabulary"]>["train"];
};

/** How long and how the decoder learns. */
export type TrainConfig = {
  /**
   * What is learnt from: captions with their drawings (`sft`; also from scratch), or pairs of a
   * chosen and a rejected drawing (`dpo`: direct preference optimisation, options in the section
   * `dpo`, data of the columns `prompt`, `chosen` and `rejected`, from a model that draws already;
   * docs/preferences.md). Default: `"sft"`.
   */
  task: Output["train"]["task"];
  /**
   * What learns: every weight (`full`), low-rank adapters over a frozen model (`lora`; `qlora`
   * keeps that model in 4 bits), or the token tables alone (`embeddings`). Default: `"full"`.
   */
  method: Output["train"]["method"];
  /** Updates of the weights. In steps. Default: `null`. */
  steps: Output["train"]["steps"];
  /** Passes over the training drawings, in place of `steps`. In epochs. Default: `null`. */
  epochs: Output["train"]["epochs"];
  /** Stop after this time even when `steps` or `epochs` are left. In minutes. Default: `null`. */
  minutes: Output["train"]["minutes"];
  /** Rows of a forward pass; for `task: dpo` pairs, of two rows each. In rows. Default: `16`. */
  batchSize: Output["train"]["batchSize"];
  /**
   * Forward passes whose gradients are added before an update, weighted by counted tokens. In
   * passes. Default: `1`.
   */
  gradientAccumulationSteps: Output["train"]["gradientAccumulationSteps"];
  /**
   * Share of the drawings' tokens that the model does not get to read in training, though it has to
   * predict them all: against going by the beginning of a drawing that it knows by heart instead of
   * by the caption. In share, 0 to 0.9. Default: `0`.
   */
  hideTokens: Output["train"]["hideTokens"];
  /** Highest learning rate. Default: `0.001`. */
  lr: Output["train"]["lr"];
  /**
   * Highest learning rate of the token tables (embeddings and head); `null` takes `lr`. Default:
   * `null`.
   */
  embeddingLr: Output["train"]["embeddingLr"];
  /** Learning rate at the end, as a share of `lr`. Default: `0.1`. */
  minLrRatio: Output["train"]["minLrRatio"];
  /**
   * The learning rate rises in a straight line over these. The first step has the first fraction of
   * it, not 0: one step ahead of the schedules of transformers, whose first step learns nothing. In
   * steps. Default: `100`.
   */
  warmupSteps: Output["train"]["warmupSteps"];
  /**
   * The warm-up as a share of the run's steps, in place of `warmupSteps`. In share, 0 to 1.
   * Default: `null`.
   */
  warmupShare: Output["train"]["warmupShare"];
  /**
   * How the learning rate falls after the warm-up: `constant`, `linear`, `cosine`, `inverse-sqrt`
   * (with the root of the steps, at no time to 0), or `wsd`, which stays at the peak and falls in a
   * straight line over the last `decaySteps` alone: until then a run needs no end, and `--resume
   * --decay 500` ends it. Default: `"cosine"`.
   */
  schedule: Output["train"]["schedule"];
  /**
   * Of `wsd`: the last steps, over which the rate falls; `null` takes a fifth of all. A run that
   * goes on may change it. In steps. Default: `null`.
   */
  decaySteps: Output["train"]["decaySteps"];
  /**
   * Of `cosine`: how often the rate goes back to the peak at once (warm restarts), in parts of
   * equal length. In restarts. Default: `0`.
   */
  restarts: Output["train"]["restarts"];
  /**
   * How the weights are updated: `adamw`; `adamw-8bit` (moments in a quarter of the memory); `muon`
   * (orthogonal updates of the layers' matrices, as large as AdamW's, and the rest by AdamW);
   * `adafactor` (next to no memory; `lr` is relative to the size of a weight); `lion` (one moment;
   * a third to a tenth of AdamW's `lr`, `beta2` 0.98); `sgd` (docs/training.md compares them).
   * Default: `"adamw"`.
   */
  optimizer: Output["train"]["optimizer"];
  /**
   * Parameters that learn at an `lr` or with a `weightDecay` of their own, by a pattern over their
   * names in which `*` stands for anything: `[{match: "layers.0.*", lr: 1e-4}, {match: "*.bias",
   * weightDecay: 0}]`. The first that matches counts. Default: `[]`.
   */
  groups: Output["train"]["groups"];
  /** Muon: decay of the gradient's running mean; SGD: of its running sum. Default: `0.95`. */
  momentum: Output["train"]["momentum"];
  /** SGD: look ahead by one step of the momentum. Default: `false`. */
  nesterov: Output["train"]["nesterov"];
  /**
   * AdamW: decay of the gradient's running mean; Lion: share of the momentum in an update. Default:
   * `0.9`.
   */
  beta1: Output["train"]["beta1"];
  /**
   * AdamW: decay of the squared gradient's running mean; Lion: of the momentum. Default: `0.95`.
   */
  beta2: Output["train"]["beta2"];
  /** AdamW: added to the root of the squared gradient's mean. Default: `1e-8`. */
  eps: Output["train"]["eps"];
  /** Decoupled decay of the matrices; norms and biases are not decayed. Default: `0.1`. */
  weightDecay: Output["train"]["weightDecay"];
  /**
   * Parameters that do not learn, by patterns over their names in which `*` stands for anything:
   * `[embedding.*, layers.0.*]`. Default: `[]`.
   */
  frozen: Output["train"]["frozen"];
  /**
   * Keeps an exponential moving average of the weights with this decay (0.9999 in LLM4SVG): scored
   * beside the weights, saved as a model of its own in `ema/`, which `generate --model` draws with.
   * `null` keeps none. Default: `null`.
   */
  emaDecay: Output["train"]["emaDecay"];
  /** Of the average: until this step it is the weights themselves. In steps. Default: `100`. */
  emaAfter: Output["train"]["emaAfter"];
  /** Of the average: steps between its updates. In steps. Default: `10`. */
  emaEvery: Output["train"]["emaEvery"];
  /**
   * Share of each target that is spread over the whole vocabulary in training. Held-out figures are
   * without. In share, 0 to 1. Default: `0`.
   */
  labelSmoothing: Output["train"]["labelSmoothing"];
  /**
   * Times the squared logarithm of the softmax's normaliser, added to the training loss so that
   * logits do not drift; 1e-4 is usual. Default: `0`.
   */
  zLoss: Output["train"]["zLoss"];
  /**
   * Of a model with heads for tokens further on (`model.futureTokens`): times the mean of their
   * losses, added to the training loss. DeepSeek-V3 begins with 0.3. Held-out figures are of the
   * next token alone. Default: `0.3`.
   */
  futureLossWeight: Output["train"]["futureLossWeight"];
  /**
   * NEFTune: size of the noise that is added to the embeddings in training, against learning few
   * drawings by heart; 5 is usual, 0 adds none. Default: `0`.
   */
  neftuneAlpha: Output["train"]["neftuneAlpha"];
  /**
   * Over these steps rows grow from `sequenceWarmupFrom` positions to the whole context, in equal
   * steps; drawings that do not fit yet come later, none is cut. 0 begins with whole rows. In
   * steps. Default: `0`.
   */
  sequenceWarmupSteps: Output["train"]["sequenceWarmupSteps"];
  /** Positions of a row at the first step, and by which they grow. In tokens. Default: `64`. */
  sequenceWarmupFrom: Output["train"]["sequenceWarmupFrom"];
  /**
   * Over these steps the rows of a batch double from `batchWarmupFrom` to `batchSize`. 0 begins
   * with whole batches. In steps. Default: `0`.
   */
  batchWarmupSteps: Output["train"]["batchWarmupSteps"];
  /** Rows of a batch at the first step. In rows. Default: `1`. */
  batchWarmupFrom: Output["train"]["batchWarmupFrom"];
  /** Largest global norm of the gradient; `null` does not clip. Default: `1`. */
  maxGradNorm: Output["train"]["maxGradNorm"];
  /**
   * What is done at a step whose loss or gradient is not a finite number: `stop` the run, or `skip`
   * the update, count it and name the samples in `trouble.jsonl`; ten such steps one after the
   * other stop the run, too. Default: `"stop"`.
   */
  nonFinite: Output["train"]["nonFinite"];
  /**
   * A step whose loss is so far above the mean of the last hundred is told, with the samples that
   * cost most; `null` looks at none. In standard deviations. Default: `8`.
   */
  spikeDeviations: Output["train"]["spikeDeviations"];
  /**
   * Gradient checkpointing: a layer's inner results are computed again in the backward pass instead
   * of kept. The same numbers, less memory, about a third more work. Default: `false`.
   */
  gradientCheckpointing: Output["train"]["gradientCheckpointing"];
  /**
   * Steps between evaluations on the held-out drawings; `null` only at the end. In steps. Default:
   * `200`.
   */
  evalEvery: Output["train"]["evalEvery"];
  /**
   * Early stopping: the run ends after so many evaluations in a row (every `evalEvery` steps)
   * without a lower held-out loss; `null` never. Following captions comes after the lowest loss
   * (docs/recipe.md): this is for likelihood. In evaluations. Default: `null`.
   */
  patience: Output["train"]["patience"];
  /** Steps between checkpoints; `null` only at the end. In steps. Default: `200`. */
  saveEvery: Output["train"]["saveEvery"];
  /** Steps between drawings made on the way; `null` only at the end. In steps. Default: `null`. */
  sampleEvery: Output["train"]["sampleEvery"];
  /** Newest checkpoints kept; the best is kept besides. In checkpoints. Default: `3`. */
  keep: Output["train"]["keep"];
  /**
   * Best checkpoints kept besides: of several, each as its step's folder, the best as
   * `checkpoints/best` too (`bests` in each `training_state.json` ranks them). In checkpoints.
   * Default: `1`.
   */
  keepBest: Output["train"]["keepBest"];
  /**
   * What the best checkpoints are chosen by: the held-out loss, or how like their icons the
   * drawings of `evaluate.drawn` captions are, of those trained on (docs/measure.md), drawn at
   * every evaluation. Default: `"loss"`.
   */
  bestMetric: Output["train"]["bestMetric"];
  /** Of the weights, the order of the samples and the drawings made on the way. Default: `1`. */
  seed: Output["train"]["seed"];
  /**
   * What computes; `auto` takes the first that starts of `xla` on an accelerator, `cuda` and
   * `onnx`. `reference` is slow, for tests. Default: `"auto"`.
   */
  engine: Output["train"]["engine"];
  /**
   * Of matrix products and what lies between them. `bfloat16` is for `xla`, and for `openvino` on
   * processors that have it; parameters, optimiser, norms and loss stay in float32. `tf32` is for
   * `xla` on an NVIDIA card, where the factors of products are rounded to 10 bits behind the point
   * and all else is float32. Default: `"float32"`.
   */
  precision: Output["train"]["precision"];
  /**
   * Of the engine `xla`: devices that each step is divided among, `{data: 4, model: 2}`. The rows
   * of a batch go along `data`, matrices (heads, the feed-forward layer) along `model`; `sharded:
   * true` divides parameters, gradients and moments along `data`, too (ZeRO-3). `null` takes one
   * device. Default: `null`.
   */
  mesh: Output["train"]["mesh"];
  /**
   * Processor threads; `null` takes as many as `PATHLOOM_THREADS` says, and all cores where it is
   * not set. Default: `null`.
   */
  threads: Output["train"]["threads"];
};

/** How long and how the decoder learns. As it may be written. */
export type TrainConfigInput = {
  /**
   * What is learnt from: captions with their drawings (`sft`; also from scratch), or pairs of a
   * chosen and a rejected drawing (`dpo`: direct preference optimisation, options in the section
   * `dpo`, data of the columns `prompt`, `chosen` and `rejected`, from a model that draws already;
   * docs/preferences.md). Default: `"sft"`.
   */
  task?: NonNullable<Input["train"]>["task"];
  /**
   * What learns: every weight (`full`), low-rank adapters over a frozen model (`lora`; `qlora`
   * keeps that model in 4 bits), or the token tables alone (`embeddings`). Default: `"full"`.
   */
  method?: NonNullable<Input["train"]>["method"];
  /** Updates of the weights. In steps. Default: `null`. */
  steps?: NonNullable<Input["train"]>["steps"];
  /** Passes over the training drawings, in place of `steps`. In epochs. Default: `null`. */
  epochs?: NonNullable<Input["train"]>["epochs"];
  /** Stop after this time even when `steps` or `epochs` are left. In minutes. Default: `null`. */
  minutes?: NonNullable<Input["train"]>["minutes"];
  /** Rows of a forward pass; for `task: dpo` pairs, of two rows each. In rows. Default: `16`. */
  batchSize?: NonNullable<Input["train"]>["batchSize"];
  /**
   * Forward passes whose gradients are added before an update, weighted by counted tokens. In
   * passes. Default: `1`.
   */
  gradientAccumulationSteps?: NonNullable<Input["train"]>["gradientAccumulationSteps"];
  /**
   * Share of the drawings' tokens that the model does not get to read in training, though it has to
   * predict them all: against going by the beginning of a drawing that it knows by heart instead of
   * by the caption. In share, 0 to 0.9. Default: `0`.
   */
  hideTokens?: NonNullable<Input["train"]>["hideTokens"];
  /** Highest learning rate. Default: `0.001`. */
  lr?: NonNullable<Input["train"]>["lr"];
  /**
   * Highest learning rate of the token tables (embeddings and head); `null` takes `lr`. Default:
   * `null`.
   */
  embeddingLr?: NonNullable<Input["train"]>["embeddingLr"];
  /** Learning rate at the end, as a share of `lr`. Default: `0.1`. */
  minLrRatio?: NonNullable<Input["train"]>["minLrRatio"];
  /**
   * The learning rate rises in a straight line over these. The first step has the first fraction of
   * it, not 0: one step ahead of the schedules of transformers, whose first step learns nothing. In
   * steps. Default: `100`.
   */
  warmupSteps?: NonNullable<Input["train"]>["warmupSteps"];
  /**
   * The warm-up as a share of the run's steps, in place of `warmupSteps`. In share, 0 to 1.
   * Default: `null`.
   */
  warmupShare?: NonNullable<Input["train"]>["warmupShare"];
  /**
   * How the learning rate falls after the warm-up: `constant`, `linear`, `cosine`, `inverse-sqrt`
   * (with the root of the steps, at no time to 0), or `wsd`, which stays at the peak and falls in a
   * straight line over the last `decaySteps` alone: until then a run needs no end, and `--resume
   * --decay 500` ends it. Default: `"cosine"`.
   */
  schedule?: NonNullable<Input["train"]>["schedule"];
  /**
   * Of `wsd`: the last steps, over which the rate falls; `null` takes a fifth of all. A run that
   * goes on may change it. In steps. Default: `null`.
   */
  decaySteps?: NonNullable<Input["train"]>["decaySteps"];
  /**
   * Of `cosine`: how often the rate goes back to the peak at once (warm restarts), in parts of
   * equal length. In restarts. Default: `0`.
   */
  restarts?: NonNullable<Input["train"]>["restarts"];
  /**
   * How the weights are updated: `adamw`; `adamw-8bit` (moments in a quarter of the memory); `muon`
   * (orthogonal updates of the layers' matrices, as large as AdamW's, and the rest by AdamW);
   * `adafactor` (next to no memory; `lr` is relative to the size of a weight); `lion` (one moment;
   * a third to a tenth of AdamW's `lr`, `beta2` 0.98); `sgd` (docs/training.md compares them).
   * Default: `"adamw"`.
   */
  optimizer?: NonNullable<Input["train"]>["optimizer"];
  /**
   * Parameters that learn at an `lr` or with a `weightDecay` of their own, by a pattern over their
   * names in which `*` stands for anything: `[{match: "layers.0.*", lr: 1e-4}, {match: "*.bias",
   * weightDecay: 0}]`. The first that matches counts. Default: `[]`.
   */
  groups?: NonNullable<Input["train"]>["groups"];
  /** Muon: decay of the gradient's running mean; SGD: of its running sum. Default: `0.95`. */
  momentum?: NonNullable<Input["train"]>["momentum"];
  /** SGD: look ahead by one step of the momentum. Default: `false`. */
  nesterov?: NonNullable<Input["train"]>["nesterov"];
  /**
   * AdamW: decay of the gradient's running mean; Lion: share of the momentum in an update. Default:
   * `0.9`.
   */
  beta1?: NonNullable<Input["train"]>["beta1"];
  /**
   * AdamW: decay of the squared gradient's running mean; Lion: of the momentum. Default: `0.95`.
   */
  beta2?: NonNullable<Input["train"]>["beta2"];
  /** AdamW: added to the root of the squared gradient's mean. Default: `1e-8`. */
  eps?: NonNullable<Input["train"]>["eps"];
  /** Decoupled decay of the matrices; norms and biases are not decayed. Default: `0.1`. */
  weightDecay?: NonNullable<Input["train"]>["weightDecay"];
  /**
   * Parameters that do not learn, by patterns over their names in which `*` stands for anything:
   * `[embedding.*, layers.0.*]`. Default: `[]`.
   */
  frozen?: NonNullable<Input["train"]>["frozen"];
  /**
   * Keeps an exponential moving average of the weights with this decay (0.9999 in LLM4SVG): scored
   * beside the weights, saved as a model of its own in `ema/`, which `generate --model` draws with.
   * `null` keeps none. Default: `null`.
   */
  emaDecay?: NonNullable<Input["train"]>["emaDecay"];
  /** Of the average: until this step it is the weights themselves. In steps. Default: `100`. */
  emaAfter?: NonNullable<Input["train"]>["emaAfter"];
  /** Of the average: steps between its updates. In steps. Default: `10`. */
  emaEvery?: NonNullable<Input["train"]>["emaEvery"];
  /**
   * Share of each target that is spread over the whole vocabulary in training. Held-out figures are
   * without. In share, 0 to 1. Default: `0`.
   */
  labelSmoothing?: NonNullable<Input["train"]>["labelSmoothing"];
  /**
   * Times the squared logarithm of the softmax's normaliser, added to the training loss so that
   * logits do not drift; 1e-4 is usual. Default: `0`.
   */
  zLoss?: NonNullable<Input["train"]>["zLoss"];
  /**
   * Of a model with heads for tokens further on (`model.futureTokens`): times the mean of their
   * losses, added to the training loss. DeepSeek-V3 begins with 0.3. Held-out figures are of the
   * next token alone. Default: `0.3`.
   */
  futureLossWeight?: NonNullable<Input["train"]>["futureLossWeight"];
  /**
   * NEFTune: size of the noise that is added to the embeddings in training, against learning few
   * drawings by heart; 5 is usual, 0 adds none. Default: `0`.
   */
  neftuneAlpha?: NonNullable<Input["train"]>["neftuneAlpha"];
  /**
   * Over these steps rows grow from `sequenceWarmupFrom` positions to the whole context, in equal
   * steps; drawings that do not fit yet come later, none is cut. 0 begins with whole rows. In
   * steps. Default: `0`.
   */
  sequenceWarmupSteps?: NonNullable<Input["train"]>["sequenceWarmupSteps"];
  /** Positions of a row at the first step, and by which they grow. In tokens. Default: `64`. */
  sequenceWarmupFrom?: NonNullable<Input["train"]>["sequenceWarmupFrom"];
  /**
   * Over these steps the rows of a batch double from `batchWarmupFrom` to `batchSize`. 0 begins
   * with whole batches. In steps. Default: `0`.
   */
  batchWarmupSteps?: NonNullable<Input["train"]>["batchWarmupSteps"];
  /** Rows of a batch at the first step. In rows. Default: `1`. */
  batchWarmupFrom?: NonNullable<Input["train"]>["batchWarmupFrom"];
  /** Largest global norm of the gradient; `null` does not clip. Default: `1`. */
  maxGradNorm?: NonNullable<Input["train"]>["maxGradNorm"];
  /**
   * What is done at a step whose loss or gradient is not a finite number: `stop` the run, or `skip`
   * the update, count it and name the samples in `trouble.jsonl`; ten such steps one after the
   * other stop the run, too. Default: `"stop"`.
   */
  nonFinite?: NonNullable<Input["train"]>["nonFinite"];
  /**
   * A step whose loss is so far above the mean of the last hundred is told, with the samples that
   * cost most; `null` looks at none. In standard deviations. Default: `8`.
   */
  spikeDeviations?: NonNullable<Input["train"]>["spikeDeviations"];
  /**
   * Gradient checkpointing: a layer's inner results are computed again in the backward pass instead
   * of kept. The same numbers, less memory, about a third more work. Default: `false`.
   */
  gradientCheckpointing?: NonNullable<Input["train"]>["gradientCheckpointing"];
  /**
   * Steps between evaluations on the held-out drawings; `null` only at the end. In steps. Default:
   * `200`.
   */
  evalEvery?: NonNullable<Input["train"]>["evalEvery"];
  /**
   * Early stopping: the run ends after so many evaluations in a row (every `evalEvery` steps)
   * without a lower held-out loss; `null` never. Following captions comes after the lowest loss
   * (docs/recipe.md): this is for likelihood. In evaluations. Default: `null`.
   */
  patience?: NonNullable<Input["train"]>["patience"];
  /** Steps between checkpoints; `null` only at the end. In steps. Default: `200`. */
  saveEvery?: NonNullable<Input["train"]>["saveEvery"];
  /** Steps between drawings made on the way; `null` only at the end. In steps. Default: `null`. */
  sampleEvery?: NonNullable<Input["train"]>["sampleEvery"];
  /** Newest checkpoints kept; the best is kept besides. In checkpoints. Default: `3`. */
  keep?: NonNullable<Input["train"]>["keep"];
  /**
   * Best checkpoints kept besides: of several, each as its step's folder, the best as
   * `checkpoints/best` too (`bests` in each `training_state.json` ranks them). In checkpoints.
   * Default: `1`.
   */
  keepBest?: NonNullable<Input["train"]>["keepBest"];
  /**
   * What the best checkpoints are chosen by: the held-out loss, or how like their icons the
   * drawings of `evaluate.drawn` captions are, of those trained on (docs/measure.md), drawn at
   * every evaluation. Default: `"loss"`.
   */
  bestMetric?: NonNullable<Input["train"]>["bestMetric"];
  /** Of the weights, the order of the samples and the drawings made on the way. Default: `1`. */
  seed?: NonNullable<Input["train"]>["seed"];
  /**
   * What computes; `auto` takes the first that starts of `xla` on an accelerator, `cuda` and
   * `onnx`. `reference` is slow, for tests. Default: `"auto"`.
   */
  engine?: NonNullable<Input["train"]>["engine"];
  /**
   * Of matrix products and what lies between them. `bfloat16` is for `xla`, and for `openvino` on
   * processors that have it; parameters, optimiser, norms and loss stay in float32. `tf32` is for
   * `xla` on an NVIDIA card, where the factors of products are rounded to 10 bits behind the point
   * and all else is float32. Default: `"float32"`.
   */
  precision?: NonNullable<Input["train"]>["precision"];
  /**
   * Of the engine `xla`: devices that each step is divided among, `{data: 4, model: 2}`. The rows
   * of a batch go along `data`, matrices (heads, the feed-forward layer) along `model`; `sharded:
   * true` divides parameters, gradients and moments along `data`, too (ZeRO-3). `null` takes one
   * device. Default: `null`.
   */
  mesh?: NonNullable<Input["train"]>["mesh"];
  /**
   * Processor threads; `null` takes as many as `PATHLOOM_THREADS` says, and all cores where it is
   * not set. Default: `null`.
   */
  threads?: NonNullable<Input["train"]>["threads"];
};

/**
 * How processes that `mpirun` or `srun` started train one model (docs/distributed.md). How many
 * they are is the launcher's to say.
 */
export type DistributedConfig = {
  /**
   * Gradients that are added up over all processes in one call: small ones together, large ones in
   * pieces. In MB. Default: `25`.
   */
  bucketMegabytes: Output["distributed"]["bucketMegabytes"];
  /**
   * Each process keeps the optimiser's state of its share of the parameters alone, updates that
   * share and gives it to the others (ZeRO-1): the same updates, a part of the memory. Default:
   * `false`.
   */
  shardOptimizer: Output["distributed"]["shardOptimizer"];
};

/**
 * How processes that `mpirun` or `srun` started train one model (docs/distributed.md). How many
 * they are is the launcher's to say. As it may be written.
 */
export type DistributedConfigInput = {
  /**
   * Gradients that are added up over all processes in one call: small ones together, large ones in
   * pieces. In MB. Default: `25`.
   */
  bucketMegabytes?: NonNullable<Input["distributed"]>["bucketMegabytes"];
  /**
   * Each process keeps the optimiser's state of its share of the parameters alone, updates that
   * share and gives it to the others (ZeRO-1): the same updates, a part of the memory. Default:
   * `false`.
   */
  shardOptimizer?: NonNullable<Input["distributed"]>["shardOptimizer"];
};

/** The adapters that `train.method: lora` and `qlora` train. */
export type LoraSection = {
  /** Rows of the narrow matrices. Default: `16`. */
  rank: Output["lora"]["rank"];
  /** The adapter's product is multiplied by `alpha / rank`. Default: `32`. */
  alpha: Output["lora"]["alpha"];
  /**
   * Share of an adapter's inputs that is set to zero in training. In share, 0 to 0.9. Default: `0`.
   */
  dropout: Output["lora"]["dropout"];
  /**
   * Adapted layers: `all-linear` is every linear layer but the head; or a list of names as the
   * checkpoint has them, such as `[q_proj, v_proj]`. Default: `"all-linear"`.
   */
  targetModules: Output["lora"]["targetModules"];
  /** Ranks of layers whose name ends with a pattern, as `{ down_proj: 4 }`. Default: `{}`. */
  rankPattern: Output["lora"]["rankPattern"];
  /** Alphas of layers whose name ends with a pattern. Default: `{}`. */
  alphaPattern: Output["lora"]["alphaPattern"];
  /** Multiply by `alpha / sqrt(rank)` instead (rsLoRA). Default: `false`. */
  useRslora: Output["lora"]["useRslora"];
  /** Also train the length of each of a matrix's rows (DoRA). Default: `false`. */
  useDora: Output["lora"]["useDora"];
  /** How many times faster the outer matrices learn (LoRA+ proposes 16). Default: `1`. */
  loraPlusRatio: Output["lora"]["loraPlusRatio"];
  /**
   * How adapters start: random and of no effect, or from the matrix's principal directions
   * (`pissa`; saved as a plain adapter of twice the rank). Default: `"kaiming"`.
   */
  init: Output["lora"]["init"];
  /**
   * Modules that are trained whole and saved with the adapter, as `[embed_tokens, lm_head]`.
   * Default: `[]`.
   */
  modulesToSave: Output["lora"]["modulesToSave"];
};

/** The adapters that `train.method: lora` and `qlora` train. As it may be written. */
export type LoraSectionInput = {
  /** Rows of the narrow matrices. Default: `16`. */
  rank?: NonNullable<Input["lora"]>["rank"];
  /** The adapter's product is multiplied by `alpha / rank`. Default: `32`. */
  alpha?: NonNullable<Input["lora"]>["alpha"];
  /**
   * Share of an adapter's inputs that is set to zero in training. In share, 0 to 0.9. Default: `0`.
   */
  dropout?: NonNullable<Input["lora"]>["dropout"];
  /**
   * Adapted layers: `all-linear` is every linear layer but the head; or a list of names as the
   * checkpoint has them, such as `[q_proj, v_proj]`. Default: `"all-linear"`.
   */
  targetModules?: NonNullable<Input["lora"]>["targetModules"];
  /** Ranks of layers whose name ends with a pattern, as `{ down_proj: 4 }`. Default: `{}`. */
  rankPattern?: NonNullable<Input["lora"]>["rankPattern"];
  /** Alphas of layers whose name ends with a pattern. Default: `{}`. */
  alphaPattern?: NonNullable<Input["lora"]>["alphaPattern"];
  /** Multiply by `alpha / sqrt(rank)` instead (rsLoRA). Default: `false`. */
  useRslora?: NonNullable<Input["lora"]>["useRslora"];
  /** Also train the length of each of a matrix's rows (DoRA). Default: `false`. */
  useDora?: NonNullable<Input["lora"]>["useDora"];
  /** How many times faster the outer matrices learn (LoRA+ proposes 16). Default: `1`. */
  loraPlusRatio?: NonNullable<Input["lora"]>["loraPlusRatio"];
  /**
   * How adapters start: random and of no effect, or from the matrix's principal directions
   * (`pissa`; saved as a plain adapter of twice the rank). Default: `"kaiming"`.
   */
  init?: NonNullable<Input["lora"]>["init"];
  /**
   * Modules that are trained whole and saved with the adapter, as `[embed_tokens, lm_head]`.
   * Default: `[]`.
   */
  modulesToSave?: NonNullable<Input["lora"]>["modulesToSave"];
};

/** Preference training, `train.task: dpo` (docs/preferences.md). */
export type DpoConfig = {
  /**
   * `sigmoid` is DPO's own loss; `sigmoid_norm` and `ipo` take means over a drawing's tokens in
   * place of sums, so that long drawings weigh no more than short ones; `hinge` stops at a margin;
   * `robust` allows for pairs that are the wrong way round. Default: `"sigmoid"`.
   */
  lossType: Output["dpo"]["lossType"];
  /**
   * How strongly the model is held to the weights that it began with: higher is closer. Of `ipo`,
   * its tau. Default: `0.1`.
   */
  beta: Output["dpo"]["beta"];
  /**
   * Share of the pairs that are taken to be the wrong way round, of `sigmoid` (conservative DPO)
   * and `robust`. In share, 0 to 0.5. Default: `0`.
   */
  labelSmoothing: Output["dpo"]["labelSmoothing"];
  /**
   * Times the chosen drawing's negative log-likelihood a token, added to the loss: against good
   * drawings becoming less likely along with the bad ones, as DPO alone lets them; 1 is usual, 0
   * adds none. Default: `0`.
   */
  rpoAlpha: Output["dpo"]["rpoAlpha"];
};

/** Preference training, `train.task: dpo` (docs/preferences.md). As it may be written. */
export type DpoConfigInput = {
  /**
   * `sigmoid` is DPO's own loss; `sigmoid_norm` and `ipo` take means over a drawing's tokens in
   * place of sums, so that long drawings weigh no more than short ones; `hinge` stops at a margin;
   * `robust` allows for pairs that are the wrong way round. Default: `"sigmoid"`.
   */
  lossType?: NonNullable<Input["dpo"]>["lossType"];
  /**
   * How strongly the model is held to the weights that it began with: higher is closer. Of `ipo`,
   * its tau. Default: `0.1`.
   */
  beta?: NonNullable<Input["dpo"]>["beta"];
  /**
   * Share of the pairs that are taken to be the wrong way round, of `sigmoid` (conservative DPO)
   * and `robust`. In share, 0 to 0.5. Default: `0`.
   */
  labelSmoothing?: NonNullable<Input["dpo"]>["labelSmoothing"];
  /**
   * Times the chosen drawing's negative log-likelihood a token, added to the loss: against good
   * drawings becoming less likely along with the bad ones, as DPO alone lets them; 1 is usual, 0
   * adds none. Default: `0`.
   */
  rpoAlpha?: NonNullable<Input["dpo"]>["rpoAlpha"];
};

/** How drawings are made. */
export type GenerateConfig = {
  /** Divides the logits; 0 always takes the likeliest token. Default: `0.8`. */
  temperature: Output["generate"]["temperature"];
  /**
   * The temperature where a coordinate or a length is likeliest next; `null` takes `temperature`,
   * which is then that of commands alone. Default: `null`.
   */
  coordinateTemperature: Output["generate"]["coordinateTemperature"];
  /**
   * Classifier-free guidance: above 1, drawings follow their captions more closely, 1 is off. Needs
   * a model that was trained with `data.captionDropout`; doubles the work. Default: `1`.
   */
  guidance: Output["generate"]["guidance"];
  /**
   * Drawings made for each caption, of which the one is taken that owes most to it, by log
   * p(drawing | caption) - log p(drawing). Needs `data.captionDropout` likewise. In drawings.
   * Default: `1`.
   */
  candidates: Output["generate"]["candidates"];
  /**
   * Speculative decoding: tokens that a model's own heads draft before each pass, at most (needs a
   * model trained with `model.futureTokens`; another draws as ever). The drawings are the same, to
   * the token; they are made one after the other, which is for few drawings at a time. 0 drafts
   * none. In tokens. Default: `0`.
   */
  speculate: Output["generate"]["speculate"];
  /**
   * How keys and values of earlier tokens are kept while drawing, and by `pathloom serve`: `int8`,
   * a byte each with a scale for every vector of a head, takes little more than a quarter of the
   * memory and rounds them, so that some drawings differ; not together with `generate.speculate`.
   * Default: `"float32"`.
   */
  cacheDtype: Output["generate"]["cacheDtype"];
  /** Draw from the k likeliest tokens only; `null` does not limit. Default: `null`. */
  topK: Output["generate"]["topK"];
  /** Draw from the likeliest tokens that together have this probability. Default: `0.95`. */
  topP: Output["generate"]["topP"];
  /**
   * Divides the logits of tokens that stand in the sequence already, the prompt included; 1 is off.
   * Default: `1`.
   */
  repetitionPenalty: Output["generate"]["repetitionPenalty"];
  /**
   * Longest drawing; `null` takes what the context leaves after the caption. In tokens. Default:
   * `null`.
   */
  maxTokens: Output["generate"]["maxTokens"];
  /** Drawings made at the end of a training run; 0 makes none. In drawings. Default: `16`. */
  samples: Output["generate"]["samples"];
  /** Captions to draw; where these are too few, held-out captions follow. Default: `[]`. */
  prompts: Output["generate"]["prompts"];
  /** Of the sampling. Default: `7`. */
  seed: Output["generate"]["seed"];
};

/** How drawings are made. As it may be written. */
export type GenerateConfigInput = {
  /** Divides the logits; 0 always takes the likeliest token. Default: `0.8`. */
  temperature?: NonNullable<Input["generate"]>["temperature"];
  /**
   * The temperature where a coordinate or a length is likeliest next; `null` takes `temperature`,
   * which is then that of commands alone. Default: `null`.
   */
  coordinateTemperature?: NonNullable<Input["generate"]>["coordinateTemperature"];
  /**
   * Classifier-free guidance: above 1, drawings follow their captions more closely, 1 is off. Needs
   * a model that was trained with `data.captionDropout`; doubles the work. Default: `1`.
   */
  guidance?: NonNullable<Input["generate"]>["guidance"];
  /**
   * Drawings made for each caption, of which the one is taken that owes most to it, by log
   * p(drawing | caption) - log p(drawing). Needs `data.captionDropout` likewise. In drawings.
   * Default: `1`.
   */
  candidates?: NonNullable<Input["generate"]>["candidates"];
  /**
   * Speculative decoding: tokens that a model's own heads draft before each pass, at most (needs a
   * model trained with `model.futureTokens`; another draws as ever). The drawings are the same, to
   * the token; they are made one after the other, which is for few drawings at a time. 0 drafts
   * none. In tokens. Default: `0`.
   */
  speculate?: NonNullable<Input["generate"]>["speculate"];
  /**
   * How keys and values of earlier tokens are kept while drawing, and by `pathloom serve`: `int8`,
   * a byte each with a scale for every vector of a head, takes little more than a quarter of the
   * memory and rounds them, so that some drawings differ; not together with `generate.speculate`.
   * Default: `"float32"`.
   */
  cacheDtype?: NonNullable<Input["generate"]>["cacheDtype"];
  /** Draw from the k likeliest tokens only; `null` does not limit. Default: `null`. */
  topK?: NonNullable<Input["generate"]>["topK"];
  /** Draw from the likeliest tokens that together have this probability. Default: `0.95`. */
  topP?: NonNullable<Input["generate"]>["topP"];
  /**
   * Divides the logits of tokens that stand in the sequence already, the prompt included; 1 is off.
   * Default: `1`.
   */
  repetitionPenalty?: NonNullable<Input["generate"]>["repetitionPenalty"];
  /**
   * Longest drawing; `null` takes what the context leaves after the caption. In tokens. Default:
   * `null`.
   */
  maxTokens?: NonNullable<Input["generate"]>["maxTokens"];
  /** Drawings made at the end of a training run; 0 makes none. In drawings. Default: `16`. */
  samples?: NonNullable<Input["generate"]>["samples"];
  /** Captions to draw; where these are too few, held-out captions follow. Default: `[]`. */
  prompts?: NonNullable<Input["generate"]>["prompts"];
  /** Of the sampling. Default: `7`. */
  seed?: NonNullable<Input["generate"]>["seed"];
};

/**
 * How a model is measured, at a run's end and by `evaluate --measure`, and how drawings are judged
 * by `evaluate --data`.
 */
export type EvaluateConfig = {
  /**
   * Captions drawn to be compared with the real icons, of those trained on and of the held-out ones
   * each; 0 measures nothing at a run's end. In captions. Default: `120`.
   */
  drawn: Output["evaluate"]["drawn"];
  /**
   * Held-out drawings whose caption is looked for by the likelihood of the drawing. In drawings.
   * Default: `60`.
   */
  ranked: Output["evaluate"]["ranked"];
  /** Captions that it is looked for among, the true one included. In captions. Default: `100`. */
  captions: Output["evaluate"]["captions"];
  /**
   * Of several sources, the one whose captions are drawn and whose icons they are compared with, by
   * the name that the run's report gives it; `null` takes all. Default: `null`.
   */
  set: Output["evaluate"]["set"];
  /** Of the choice of captions and of the intervals. Default: `11`. */
  seed: Output["evaluate"]["seed"];
  /**
   * What drawings are judged by where captions are drawn (`evaluate --data`, docs/evaluation.md);
   * `null` takes all. Default: `null`.
   */
  metrics: Output["evaluate"]["metrics"];
  /**
   * Draw without the grammar there, so that validity is the model's own; `generate.candidates` and
   * `generate.speculate` are passed over then. Default: `false`.
   */
  free: Output["evaluate"]["free"];
  /**
   * Captions whose drawings stand side by side on the page and the sheet. In captions. Default:
   * `24`.
   */
  shown: Output["evaluate"]["shown"];
  /**
   * A set of drawings, as of `--data`, that FID and KID compare with in place of the captions' own
   * references. Default: `null`.
   */
  pictures: Output["evaluate"]["pictures"];
  /**
   * Of CLIP similarity, the aesthetic score and FID over CLIP: a folder with a CLIP
   * (`onnx/text_model.onnx` and `onnx/vision_model.onnx`, or `model.safetensors`), or an id of the
   * Hub, as `openai/clip-vit-large-patch14`. Default: `null`.
   */
  clip: Output["evaluate"]["clip"];
  /** Of HPS v2: a folder with its CLIP, as `scripts/encoders.py` makes it. Default: `null`. */
  hps: Output["evaluate"]["hps"];
  /**
   * Of the aesthetic score: the file of LAION's predictor, `.safetensors` or `.json`. Default:
   * `null`.
   */
  aesthetic: Output["evaluate"]["aesthetic"];
  /**
   * Of DINO: a folder with a DINOv2 (`onnx/model.onnx`), or an id of the Hub, as
   * `Xenova/dinov2-base`. Default: `null`.
   */
  dino: Output["evaluate"]["dino"];
  /**
   * Of FID and KID: a folder with InceptionV3 (`onnx/model.onnx`), as `scripts/encoders.py` makes
   * it. Default: `null`.
   */
  inception: Output["evaluate"]["inception"];
  /** Of LPIPS: a folder with its network, as `scripts/encoders.py` makes it. Default: `null`. */
  lpips: Output["evaluate"]["lpips"];
};

/**
 * How a model is measured, at a run's end and by `evaluate --measure`, and how drawings are judged
 * by `evaluate --data`. As it may be written.
 */
export type EvaluateConfigInput = {
  /**
   * Captions drawn to be compared with the real icons, of those trained on and of the held-out ones
   * each; 0 measures nothing at a run's end. In captions. Default: `120`.
   */
  drawn?: NonNullable<Input["evaluate"]>["drawn"];
  /**
   * Held-out drawings whose caption is looked for by the likelihood of the drawing. In drawings.
   * Default: `60`.
   */
  ranked?: NonNullable<Input["evaluate"]>["ranked"];
  /** Captions that it is looked for among, the true one included. In captions. Default: `100`. */
  captions?: NonNullable<Input["evaluate"]>["captions"];
  /**
   * Of several sources, the one whose captions are drawn and whose icons they are compared with, by
   * the name that the run's report gives it; `null` takes all. Default: `null`.
   */
  set?: NonNullable<Input["evaluate"]>["set"];
  /** Of the choice of captions and of the intervals. Default: `11`. */
  seed?: NonNullable<Input["evaluate"]>["seed"];
  /**
   * What drawings are judged by where captions are drawn (`evaluate --data`, docs/evaluation.md);
   * `null` takes all. Default: `null`.
   */
  metrics?: NonNullable<Input["evaluate"]>["metrics"];
  /**
   * Draw without the grammar there, so that validity is the model's own; `generate.candidates` and
   * `generate.speculate` are passed over then. Default: `false`.
   */
  free?: NonNullable<Input["evaluate"]>["free"];
  /**
   * Captions whose drawings stand side by side on the page and the sheet. In captions. Default:
   * `24`.
   */
  shown?: NonNullable<Input["evaluate"]>["shown"];
  /**
   * A set of drawings, as of `--data`, that FID and KID compare with in place of the captions' own
   * references. Default: `null`.
   */
  pictures?: NonNullable<Input["evaluate"]>["pictures"];
  /**
   * Of CLIP similarity, the aesthetic score and FID over CLIP: a folder with a CLIP
   * (`onnx/text_model.onnx` and `onnx/vision_model.onnx`, or `model.safetensors`), or an id of the
   * Hub, as `openai/clip-vit-large-patch14`. Default: `null`.
   */
  clip?: NonNullable<Input["evaluate"]>["clip"];
  /** Of HPS v2: a folder with its CLIP, as `scripts/encoders.py` makes it. Default: `null`. */
  hps?: NonNullable<Input["evaluate"]>["hps"];
  /**
   * Of the aesthetic score: the file of LAION's predictor, `.safetensors` or `.json`. Default:
   * `null`.
   */
  aesthetic?: NonNullable<Input["evaluate"]>["aesthetic"];
  /**
   * Of DINO: a folder with a DINOv2 (`onnx/model.onnx`), or an id of the Hub, as
   * `Xenova/dinov2-base`. Default: `null`.
   */
  dino?: NonNullable<Input["evaluate"]>["dino"];
  /**
   * Of FID and KID: a folder with InceptionV3 (`onnx/model.onnx`), as `scripts/encoders.py` makes
   * it. Default: `null`.
   */
  inception?: NonNullable<Input["evaluate"]>["inception"];
  /** Of LPIPS: a folder with its network, as `scripts/encoders.py` makes it. Default: `null`. */
  lpips?: NonNullable<Input["evaluate"]>["lpips"];
};

/**
 * Rejection sampling, `pathloom rejection-sample` (docs/preferences.md). `train` passes it over.
 */
export type RejectionConfig = {
  /**
   * How often the model draws, its drawings are judged, and it learns from the best. A run that is
   * finished goes on with more. In rounds. Default: `3`.
   */
  rounds: Output["rejection"]["rounds"];
  /**
   * What drawings are worth: `likeness` to the real drawing of the caption (the cosine of blurred
   * pictures, as docs/measure.md compares), `ssim` or `mse` to it, `valid` (shows something and
   * keeps to its budget), `caption` (ln p(caption | drawing) by the model that training begins
   * with), `clip` (where `rejection.clip` names one), or the file of a module whose default export
   * is a function (`./reward.mjs`); or several with weights, as `{likeness: 1, caption: 0.1}`.
   * Default: `"likeness"`.
   */
  reward: Output["rejection"]["reward"];
  /**
   * Of the reward `clip` (how well a drawing fits its caption): a folder that holds a CLIP in the
   * layout of the Hub, or an id of the Hub, as `openai/clip-vit-base-patch32`. Default: `null`.
   */
  clip: Output["rejection"]["clip"];
  /**
   * Captions of the training drawings that are drawn in a round, others each round; `null` draws
   * all. In captions. Default: `null`.
   */
  prompts: Output["rejection"]["prompts"];
  /** Drawings made for each caption (`num_generations` in TRL). In drawings. Default: `8`. */
  generations: Output["rejection"]["generations"];
  /**
   * Of the drawings of a caption, so many of the best are learnt from. In drawings. Default: `1`.
   */
  keep: Output["rejection"]["keep"];
  /** Drawings of less reward are not learnt from; `null` takes them, too. Default: `null`. */
  threshold: Output["rejection"]["threshold"];
  /**
   * Of `train.task: dpo`: the best and the worst drawing of a caption make a pair where their
   * rewards differ by more than this. Default: `0`.
   */
  minMargin: Output["rejection"]["minMargin"];
  /**
   * How often a real training drawing is shown beside a kept one, against forgetting; 0 shows none.
   * Of `train.task: sft`. Default: `0`.
   */
  realWeight: Output["rejection"]["realWeight"];
  /**
   * Held-out captions that each round's model is measured on; 0 measures nothing. In captions.
   * Default: `64`.
   */
  heldOutPrompts: Output["rejection"]["heldOutPrompts"];
  /**
   * Drawings of each held-out caption, over which its reward is a mean. In drawings. Default: `4`.
   */
  heldOutGenerations: Output["rejection"]["heldOutGenerations"];
  /** Of the choice of captions and of the drawings. Default: `5`. */
  seed: Output["rejection"]["seed"];
};

/**
 * Rejection sampling, `pathloom rejection-sample` (docs/preferences.md). `train` passes it over. As
 * it may be written.
 */
export type RejectionConfigInput = {
  /**
   * How often the model draws, its drawings are judged, and it learns from the best. A run that is
   * finished goes on with more. In rounds. Default: `3`.
   */
  rounds?: NonNullable<Input["rejection"]>["rounds"];
  /**
   * What drawings are worth: `likeness` to the real drawing of the caption (the cosine of blurred
   * pictures, as docs/measure.md compares), `ssim` or `mse` to it, `valid` (shows something and
   * keeps to its budget), `caption` (ln p(caption | drawing) by the model that training begins
   * with), `clip` (where `rejection.clip` names one), or the file of a module whose default export
   * is a function (`./reward.mjs`); or several with weights, as `{likeness: 1, caption: 0.1}`.
   * Default: `"likeness"`.
   */
  reward?: NonNullable<Input["rejection"]>["reward"];
  /**
   * Of the reward `clip` (how well a drawing fits its caption): a folder that holds a CLIP in the
   * layout of the Hub, or an id of the Hub, as `openai/clip-vit-base-patch32`. Default: `null`.
   */
  clip?: NonNullable<Input["rejection"]>["clip"];
  /**
   * Captions of the training drawings that are drawn in a round, others each round; `null` draws
   * all. In captions. Default: `null`.
   */
  prompts?: NonNullable<Input["rejection"]>["prompts"];
  /** Drawings made for each caption (`num_generations` in TRL). In drawings. Default: `8`. */
  generations?: NonNullable<Input["rejection"]>["generations"];
  /**
   * Of the drawings of a caption, so many of the best are learnt from. In drawings. Default: `1`.
   */
  keep?: NonNullable<Input["rejection"]>["keep"];
  /** Drawings of less reward are not learnt from; `null` takes them, too. Default: `null`. */
  threshold?: NonNullable<Input["rejection"]>["threshold"];
  /**
   * Of `train.task: dpo`: the best and the worst drawing of a caption make a pair where their
   * rewards differ by more than this. Default: `0`.
   */
  minMargin?: NonNullable<Input["rejection"]>["minMargin"];
  /**
   * How often a real training drawing is shown beside a kept one, against forgetting; 0 shows none.
   * Of `train.task: sft`. Default: `0`.
   */
  realWeight?: NonNullable<Input["rejection"]>["realWeight"];
  /**
   * Held-out captions that each round's model is measured on; 0 measures nothing. In captions.
   * Default: `64`.
   */
  heldOutPrompts?: NonNullable<Input["rejection"]>["heldOutPrompts"];
  /**
   * Drawings of each held-out caption, over which its reward is a mean. In drawings. Default: `4`.
   */
  heldOutGenerations?: NonNullable<Input["rejection"]>["heldOutGenerations"];
  /** Of the choice of captions and of the drawings. Default: `5`. */
  seed?: NonNullable<Input["rejection"]>["seed"];
};

/** What a run leaves for people to look at. */
export type ReportConfig = {
  /** Steps between lines of `log.jsonl` and of the terminal. In steps. Default: `10`. */
  logEvery: Output["report"]["logEvery"];
  /**
   * Also write `tensorboard/` in the run's folder: scalars, drawings made on the way, the
   * configuration, and the hyper-parameters. Default: `true`.
   */
  tensorboard: Output["report"]["tensorboard"];
  /** Columns of the contact sheet; each holds a made and a real drawing. Default: `4`. */
  sheetColumns: Output["report"]["sheetColumns"];
  /**
   * Rows of captions drawn side by side on a second sheet; `null` takes captions of the data that
   * differ by one word, `[]` draws none. Default: `null`.
   */
  contrasts: Output["report"]["contrasts"];
  /** Side of a drawing on the contact sheet. In pixels. Default: `160`. */
  cellSize: Output["report"]["cellSize"];
};

/** What a run leaves for people to look at. As it may be written. */
export type ReportConfigInput = {
  /** Steps between lines of `log.jsonl` and of the terminal. In steps. Default: `10`. */
  logEvery?: NonNullable<Input["report"]>["logEvery"];
  /**
   * Also write `tensorboard/` in the run's folder: scalars, drawings made on the way, the
   * configuration, and the hyper-parameters. Default: `true`.
   */
  tensorboard?: NonNullable<Input["report"]>["tensorboard"];
  /** Columns of the contact sheet; each holds a made and a real drawing. Default: `4`. */
  sheetColumns?: NonNullable<Input["report"]>["sheetColumns"];
  /**
   * Rows of captions drawn side by side on a second sheet; `null` takes captions of the data that
   * differ by one word, `[]` draws none. Default: `null`.
   */
  contrasts?: NonNullable<Input["report"]>["contrasts"];
  /** Side of a drawing on the contact sheet. In pixels. Default: `160`. */
  cellSize?: NonNullable<Input["report"]>["cellSize"];
};

/** An ablation: the runs that `pathloom sweep` makes of this recipe. `train` passes it over. */
export type SweepConfig = {
  /**
   * Keys of this configuration with their values, as `{model.contextLength: [128, 256, 512]}`: a
   * run for each combination of the values of all keys. Default: `{}`.
   */
  grid: Output["sweep"]["grid"];
  /**
   * Keys whose values go together, as `{model.layers: [2, 4], model.hiddenSize: [64, 128]}`: the
   * first of each, then the second of each, and so on; crossed with `grid`. Default: `{}`.
   */
  list: Output["sweep"]["list"];
  /**
   * A run of each combination for each `train.seed`; none takes `train.seed` alone. Default: `[]`.
   */
  seeds: Output["sweep"]["seeds"];
  /**
   * What all runs have alike. `steps`: `train.steps`. `tokens`: as many tokens a step and in all as
   * the recipe itself reads, by more rows where they are shorter. `time`: as many steps as
   * `minutes` hold, by a trial of each combination before the sweep. `null` changes nothing of what
   * recipe and grid say. Default: `null`.
   */
  equal: Output["sweep"]["equal"];
  /**
   * Of `equal: time`: training time of each run; `null` takes `train.minutes`. In minutes. Default:
   * `null`.
   */
  minutes: Output["sweep"]["minutes"];
  /**
   * Captions that each run draws at the end for the comparison, of those that all were trained on
   * and of held-out ones each: the same for every run, beside what `evaluate.drawn` asks of each
   * run alone. In captions. Default: `60`.
   */
  drawn: Output["sweep"]["drawn"];
  /**
   * Runs that are trained at a time, each in a process of its own with its share of the cores
   * (`train.threads` where that is given). In runs. Default: `1`.
   */
  jobs: Output["sweep"]["jobs"];
};

/**
 * An ablation: the runs that `pathloom sweep` makes of this recipe. `train` passes it over. As it
 * may be written.
 */
export type SweepConfigInput = {
  /**
   * Keys of this configuration with their values, as `{model.contextLength: [128, 256, 512]}`: a
   * run for each combination of the values of all keys. Default: `{}`.
   */
  grid?: NonNullable<Input["sweep"]>["grid"];
  /**
   * Keys whose values go together, as `{model.layers: [2, 4], model.hiddenSize: [64, 128]}`: the
   * first of each, then the second of each, and so on; crossed with `grid`. Default: `{}`.
   */
  list?: NonNullable<Input["sweep"]>["list"];
  /**
   * A run of each combination for each `train.seed`; none takes `train.seed` alone. Default: `[]`.
   */
  seeds?: NonNullable<Input["sweep"]>["seeds"];
  /**
   * What all runs have alike. `steps`: `train.steps`. `tokens`: as many tokens a step and in all as
   * the recipe itself reads, by more rows where they are shorter. `time`: as many steps as
   * `minutes` hold, by a trial of each combination before the sweep. `null` changes nothing of what
   * recipe and grid say. Default: `null`.
   */
  equal?: NonNullable<Input["sweep"]>["equal"];
  /**
   * Of `equal: time`: training time of each run; `null` takes `train.minutes`. In minutes. Default:
   * `null`.
   */
  minutes?: NonNullable<Input["sweep"]>["minutes"];
  /**
   * Captions that each run draws at the end for the comparison, of those that all were trained on
   * and of held-out ones each: the same for every run, beside what `evaluate.drawn` asks of each
   * run alone. In captions. Default: `60`.
   */
  drawn?: NonNullable<Input["sweep"]>["drawn"];
  /**
   * Runs that are trained at a time, each in a process of its own with its share of the cores
   * (`train.threads` where that is given). In runs. Default: `1`.
   */
  jobs?: NonNullable<Input["sweep"]>["jobs"];
};

/** How `pathloom serve` listens, and what a request may ask for. */
export type ServeConfig = {
  /**
   * The address to listen on; `0.0.0.0` lets other machines in, for which keys should be set.
   * Default: `"127.0.0.1"`.
   */
  host: Output["serve"]["host"];
  /** 0 takes any that is free. Default: `8080`. */
  port: Output["serve"]["port"];
  /**
   * A file with one key a line, of which each request must bear one. The variable
   * `PATHLOOM_API_KEYS` adds more, separated by commas. Without any, everyone may draw. Default:
   * `null`.
   */
  apiKeysFile: Output["serve"]["apiKeysFile"];
  /** Serve the web page at `/`. Default: `true`. */
  page: Output["serve"]["page"];
  /**
   * Sequences that are continued at once. A guided drawing takes two, and so does each of several
   * candidates. In rows. Default: `32`.
   */
  rows: Output["serve"]["rows"];
  /**
   * Tokens whose keys and values are held at once, of all models: of sequences that are being
   * drawn, with the room that they have to grow, and of earlier prompts. Where there are no more,
   * requests wait; what it held already, a sequence may have to read again. `null` holds `2
   * (serve.rows + 1)` sequences of full length, so that all rows find room on the way from one size
   * to the next, and 64 MiB of earlier prompts. In tokens. Default: `null`.
   */
  cacheTokens: Output["serve"]["cacheTokens"];
  /** Longest caption. In characters. Default: `2000`. */
  maxCaption: Output["serve"]["maxCaption"];
  /**
   * Longest drawing; `null` takes what the context leaves after the caption. In tokens. Default:
   * `null`.
   */
  maxTokens: Output["serve"]["maxTokens"];
  /**
   * Drawings that one request may have made: captions times `n` or candidates. In drawings.
   * Default: `16`.
   */
  maxChoices: Output["serve"]["maxChoices"];
  /**
   * Longest time of a request, waiting included; then it ends by an error. In seconds. Default:
   * `120`.
   */
  maxSeconds: Output["serve"]["maxSeconds"];
  /**
   * Requests that may wait; the next ones are answered 429 with `Retry-After`. In requests.
   * Default: `256`.
   */
  maxQueued: Output["serve"]["maxQueued"];
  /** Of these, how many of one key, or without keys of one address. In requests. Default: `64`. */
  maxQueuedPerClient: Output["serve"]["maxQueuedPerClient"];
  /** Largest body of a request. In bytes. Default: `262144`. */
  maxBodyBytes: Output["serve"]["maxBodyBytes"];
  /**
   * How long what was accepted may take after SIGTERM; what is not done then ends by an error. In
   * seconds. Default: `60`.
   */
  shutdownSeconds: Output["serve"]["shutdownSeconds"];
};

/** How `pathloom serve` listens, and what a request may ask for. As it may be written. */
export type ServeConfigInput = {
  /**
   * The address to listen on; `0.0.0.0` lets other machines in, for which keys should be set.
   * Default: `"127.0.0.1"`.
   */
  host?: NonNullable<Input["serve"]>["host"];
  /** 0 takes any that is free. Default: `8080`. */
  port?: NonNullable<Input["serve"]>["port"];
  /**
   * A file with one key a line, of which each request must bear one. The variable
   * `PATHLOOM_API_KEYS` adds more, separated by commas. Without any, everyone may draw. Default:
   * `null`.
   */
  apiKeysFile?: NonNullable<Input["serve"]>["apiKeysFile"];
  /** Serve the web page at `/`. Default: `true`. */
  page?: NonNullable<Input["serve"]>["page"];
  /**
   * Sequences that are continued at once. A guided drawing takes two, and so does each of several
   * candidates. In rows. Default: `32`.
   */
  rows?: NonNullable<Input["serve"]>["rows"];
  /**
   * Tokens whose keys and values are held at once, of all models: of sequences that are being
   * drawn, with the room that they have to grow, and of earlier prompts. Where there are no more,
   * requests wait; what it held already, a sequence may have to read again. `null` holds `2
   * (serve.rows + 1)` sequences of full length, so that all rows find room on the way from one size
   * to the next, and 64 MiB of earlier prompts. In tokens. Default: `null`.
   */
  cacheTokens?: NonNullable<Input["serve"]>["cacheTokens"];
  /** Longest caption. In characters. Default: `2000`. */
  maxCaption?: NonNullable<Input["serve"]>["maxCaption"];
  /**
   * Longest drawing; `null` takes what the context leaves after the caption. In tokens. Default:
   * `null`.
   */
  maxTokens?: NonNullable<Input["serve"]>["maxTokens"];
  /**
   * Drawings that one request may have made: captions times `n` or candidates. In drawings.
   * Default: `16`.
   */
  maxChoices?: NonNullable<Input["serve"]>["maxChoices"];
  /**
   * Longest time of a request, waiting included; then it ends by an error. In seconds. Default:
   * `120`.
   */
  maxSeconds?: NonNullable<Input["serve"]>["maxSeconds"];
  /**
   * Requests that may wait; the next ones are answered 429 with `Retry-After`. In requests.
   * Default: `256`.
   */
  maxQueued?: NonNullable<Input["serve"]>["maxQueued"];
  /** Of these, how many of one key, or without keys of one address. In requests. Default: `64`. */
  maxQueuedPerClient?: NonNullable<Input["serve"]>["maxQueuedPerClient"];
  /** Largest body of a request. In bytes. Default: `262144`. */
  maxBodyBytes?: NonNullable<Input["serve"]>["maxBodyBytes"];
  /**
   * How long what was accepted may take after SIGTERM; what is not done then ends by an error. In
   * seconds. Default: `60`.
   */
  shutdownSeconds?: NonNullable<Input["serve"]>["shutdownSeconds"];
};

/** How images become drawings, `pathloom trace` (docs/tracing.md). */
export type TraceConfig = {
  /**
   * Who finds outlines: `vtracer` comes with Pathloom (the package @neplex/vectorizer), `potrace`
   * is a program of the system, in `PATH` or named by `PATHLOOM_POTRACE`. Default: `"vtracer"`.
   */
  tracer: Output["trace"]["tracer"];
  /**
   * The longer side that images are brought to before they are traced. In pixels. Default: `512`.
   */
  size: Output["trace"]["size"];
  /**
   * Most colours of a drawing, its ground not counted; 1 makes silhouettes: what differs from the
   * ground, in black. In colours. Default: `8`.
   */
  colors: Output["trace"]["colors"];
  /**
   * Of silhouettes: from which share of the largest difference to the ground on a pixel is ink;
   * `null` finds it by Otsu's method. Default: `null`.
   */
  threshold: Output["trace"]["threshold"];
  /**
   * Areas of less than this share of the image are painted as what is around them. Default:
   * `0.0003`.
   */
  speckle: Output["trace"]["speckle"];
  /**
   * By how much curves may lie off the outlines. Where a drawing takes more than `maxTokens`, it is
   * raised up to 8; then colours are halved. In grid units. Default: `0.5`.
   */
  tolerance: Output["trace"]["tolerance"];
  /**
   * The budget of a drawing, without its caption; an image that needs more even at its coarsest is
   * left out. `null` sets none. In tokens. Default: `null`.
   */
  maxTokens: Output["trace"]["maxTokens"];
  /**
   * Drawings of fewer tokens are left out: of images that show next to nothing. In tokens. Default:
   * `0`.
   */
  minTokens: Output["trace"]["minTokens"];
  /**
   * Drawings that differ more from their image are left out: the mean difference of the colour
   * channels on white. `null` takes all. Default: `null`.
   */
  maxError: Output["trace"]["maxError"];
};

/** How images become drawings, `pathloom trace` (docs/tracing.md). As it may be written. */
export type TraceConfigInput = {
  /**
   * Who finds outlines: `vtracer` comes with Pathloom (the package @neplex/vectorizer), `potrace`
   * is a program of the system, in `PATH` or named by `PATHLOOM_POTRACE`. Default: `"vtracer"`.
   */
  tracer?: NonNullable<Input["trace"]>["tracer"];
  /**
   * The longer side that images are brought to before they are traced. In pixels. Default: `512`.
   */
  size?: NonNullable<Input["trace"]>["size"];
  /**
   * Most colours of a drawing, its ground not counted; 1 makes silhouettes: what differs from the
   * ground, in black. In colours. Default: `8`.
   */
  colors?: NonNullable<Input["trace"]>["colors"];
  /**
   * Of silhouettes: from which share of the largest difference to the ground on a pixel is ink;
   * `null` finds it by Otsu's method. Default: `null`.
   */
  threshold?: NonNullable<Input["trace"]>["threshold"];
  /**
   * Areas of less than this share of the image are painted as what is around them. Default:
   * `0.0003`.
   */
  speckle?: NonNullable<Input["trace"]>["speckle"];
  /**
   * By how much curves may lie off the outlines. Where a drawing takes more than `maxTokens`, it is
   * raised up to 8; then colours are halved. In grid units. Default: `0.5`.
   */
  tolerance?: NonNullable<Input["trace"]>["tolerance"];
  /**
   * The budget of a drawing, without its caption; an image that needs more even at its coarsest is
   * left out. `null` sets none. In tokens. Default: `null`.
   */
  maxTokens?: NonNullable<Input["trace"]>["maxTokens"];
  /**
   * Drawings of fewer tokens are left out: of images that show next to nothing. In tokens. Default:
   * `0`.
   */
  minTokens?: NonNullable<Input["trace"]>["minTokens"];
  /**
   * Drawings that differ more from their image are left out: the mean difference of the colour
   * channels on white. `null` takes all. Default: `null`.
   */
  maxError?: NonNullable<Input["trace"]>["maxError"];
};

/**
 * From captions to drawings by way of images, `pathloom synthesize` (docs/synthesis.md); traced as
 * the section `trace` says.
 */
export type SynthesizeConfig = {
  /**
   * The base URL of the chat model's server, with OpenAI's interface. Default:
   * `"https://api.openai.com/v1"`.
   */
  chatUrl: Output["synthesize"]["chatUrl"];
  /**
   * The model that simplifies captions, or answers NO to those that no small drawing can show;
   * `null` takes captions as they are. Default: `null`.
   */
  chatModel: Output["synthesize"]["chatModel"];
  /**
   * The environment variable that holds its key. `null` sends `OPENAI_API_KEY` to
   * `https://api.openai.com`, and no key to any other server. Default: `null`.
   */
  chatKey: Output["synthesize"]["chatKey"];
  /**
   * Captions with the answers that the chat model is shown before. Default: `[{"caption":"a man
   * riding a wave on top of a surfboard","answer":"<a surfer on a wave>"},{"caption":"Two dogs are
   * playing with a red frisbee in the park.","answer":"<two dogs with a frisbee>"},{"caption":"the
   * feeling of a city that never sleeps","answer":"NO"},{"caption":"a table full of many different
   * kinds of food and drinks","answer":"NO"},{"caption":"close up of an old wooden clock on a
   * wall","answer":"<a wooden wall clock>"}]`.
   */
  examples: Output["synthesize"]["examples"];
  /**
   * The base URL of the image model's server, with OpenAI's interface (`images/generations`).
   * Default: `"https://api.openai.com/v1"`.
   */
  imageUrl: Output["synthesize"]["imageUrl"];
  /** The model that makes the images. Default: `"gpt-image-1"`. */
  imageModel: Output["synthesize"]["imageModel"];
  /** The environment variable that holds its key; `null` as for `chatKey`. Default: `null`. */
  imageKey: Output["synthesize"]["imageKey"];
  /** Asked of the image model; it is traced at `trace.size`. In pixels. Default: `"1024x1024"`. */
  imageSize: Output["synthesize"]["imageSize"];
  /**
   * What the image model is told, with `{caption}` where the caption goes. Default: `["a
   * black-and-white silhouette of {caption} on a solid white background"]`.
   */
  wordings: Output["synthesize"]["wordings"];
  /**
   * What must not be seen, sent as `negative_prompt`, which Stable Diffusion and FLUX servers know;
   * `null` sends none. Default: `null`.
   */
  negativePrompt: Output["synthesize"]["negativePrompt"];
  /**
   * Sent as `steps` and `num_inference_steps`, each in turn; none are sent where it is empty. In
   * steps. Default: `[]`.
   */
  steps: Output["synthesize"]["steps"];
  /** Sent as `guidance_scale`, each in turn; none are sent where it is empty. Default: `[]`. */
  guidance: Output["synthesize"]["guidance"];
  /** Sent as `seed`, each in turn; none are sent where it is empty. Default: `[]`. */
  seeds: Output["synthesize"]["seeds"];
  /** Requests under way at once. In requests. Default: `4`. */
  concurrency: Output["synthesize"]["concurrency"];
  /**
   * How often a request is made that fails in a way that may pass (no answer in time, 408, 409,
   * 429, 5xx, a connection or an answer that breaks off, an answer that is no JSON of its kind).
   * Default: `5`.
   */
  attempts: Output["synthesize"]["attempts"];
  /**
   * The wait before the second attempt; it doubles with each, up to a minute, and is as long as the
   * server's `Retry-After` asks for. In seconds. Default: `1`.
   */
  backoff: Output["synthesize"]["backoff"];
  /** Longest wait for an answer. In seconds. Default: `120`. */
  timeout: Output["synthesize"]["timeout"];
  /**
   * The budget: requests made in this call of the command, each attempt counted. What it does not
   * reach is left for the next one. `null` sets none. In requests. Default: `null`.
   */
  maxRequests: Output["synthesize"]["maxRequests"];
  /**
   * A folder that holds a CLIP in the layout of the Hub, or an id of the Hub, which scores drawings
   * by their captions; `null` scores none. Default: `null`.
   */
  clip: Output["synthesize"]["clip"];
  /**
   * Drawings of a lower score (the cosine) are left out. Needs `synthesize.clip`. Default: `null`.
   */
  minClip: Output["synthesize"]["minClip"];
};

/**
 * From captions to drawings by way of images, `pathloom synthesize` (docs/synthesis.md); traced as
 * the section `trace` says. As it may be written.
 */
export type SynthesizeConfigInput = {
  /**
   * The base URL of the chat model's server, with OpenAI's interface. Default:
   * `"https://api.openai.com/v1"`.
   */
  chatUrl?: NonNullable<Input["synthesize"]>["chatUrl"];
  /**
   * The model that simplifies captions, or answers NO to those that no small drawing can show;
   * `null` takes captions as they are. Default: `null`.
   */
  chatModel?: NonNullable<Input["synthesize"]>["chatModel"];
  /**
   * The environment variable that holds its key. `null` sends `OPENAI_API_KEY` to
   * `https://api.openai.com`, and no key to any other server. Default: `null`.
   */
  chatKey?: NonNullable<Input["synthesize"]>["chatKey"];
  /**
   * Captions with the answers that the chat model is shown before. Default: `[{"caption":"a man
   * riding a wave on top of a surfboard","answer":"<a surfer on a wave>"},{"caption":"Two dogs are
   * playing with a red frisbee in the park.","answer":"<two dogs with a frisbee>"},{"caption":"the
   * feeling of a city that never sleeps","answer":"NO"},{"caption":"a table full of many different
   * kinds of food and drinks","answer":"NO"},{"caption":"close up of an old wooden clock on a
   * wall","answer":"<a wooden wall clock>"}]`.
   */
  examples?: NonNullable<Input["synthesize"]>["examples"];
  /**
   * The base URL of the image model's server, with OpenAI's interface (`images/generations`).
   * Default: `"https://api.openai.com/v1"`.
   */
  imageUrl?: NonNullable<Input["synthesize"]>["imageUrl"];
  /** The model that makes the images. Default: `"gpt-image-1"`. */
  imageModel?: NonNullable<Input["synthesize"]>["imageModel"];
  /** The environment variable that holds its key; `null` as for `chatKey`. Default: `null`. */
  imageKey?: NonNullable<Input["synthesize"]>["imageKey"];
  /** Asked of the image model; it is traced at `trace.size`. In pixels. Default: `"1024x1024"`. */
  imageSize?: NonNullable<Input["synthesize"]>["imageSize"];
  /**
   * What the image model is told, with `{caption}` where the caption goes. Default: `["a
   * black-and-white silhouette of {caption} on a solid white background"]`.
   */
  wordings?: NonNullable<Input["synthesize"]>["wordings"];
  /**
   * What must not be seen, sent as `negative_prompt`, which Stable Diffusion and FLUX servers know;
   * `null` sends none. Default: `null`.
   */
  negativePrompt?: NonNullable<Input["synthesize"]>["negativePrompt"];
  /**
   * Sent as `steps` and `num_inference_steps`, each in turn; none are sent where it is empty. In
   * steps. Default: `[]`.
   */
  steps?: NonNullable<Input["synthesize"]>["steps"];
  /** Sent as `guidance_scale`, each in turn; none are sent where it is empty. Default: `[]`. */
  guidance?: NonNullable<Input["synthesize"]>["guidance"];
  /** Sent as `seed`, each in turn; none are sent where it is empty. Default: `[]`. */
  seeds?: NonNullable<Input["synthesize"]>["seeds"];
  /** Requests under way at once. In requests. Default: `4`. */
  concurrency?: NonNullable<Input["synthesize"]>["concurrency"];
  /**
   * How often a request is made that fails in a way that may pass (no answer in time, 408, 409,
   * 429, 5xx, a connection or an answer that breaks off, an answer that is no JSON of its kind).
   * Default: `5`.
   */
  attempts?: NonNullable<Input["synthesize"]>["attempts"];
  /**
   * The wait before the second attempt; it doubles with each, up to a minute, and is as long as the
   * server's `Retry-After` asks for. In seconds. Default: `1`.
   */
  backoff?: NonNullable<Input["synthesize"]>["backoff"];
  /** Longest wait for an answer. In seconds. Default: `120`. */
  timeout?: NonNullable<Input["synthesize"]>["timeout"];
  /**
   * The budget: requests made in this call of the command, each attempt counted. What it does not
   * reach is left for the next one. `null` sets none. In requests. Default: `null`.
   */
  maxRequests?: NonNullable<Input["synthesize"]>["maxRequests"];
  /**
   * A folder that holds a CLIP in the layout of the Hub, or an id of the Hub, which scores drawings
   * by their captions; `null` scores none. Default: `null`.
   */
  clip?: NonNullable<Input["synthesize"]>["clip"];
  /**
   * Drawings of a lower score (the cosine) are left out. Needs `synthesize.clip`. Default: `null`.
   */
  minClip?: NonNullable<Input["synthesize"]>["minClip"];
};
