/** The language that a configuration writes drawings in, over a base tokenizer or on its own. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { TokenizerSettings } from "../../checkpoints/index.ts";
import type { CanonicalOptions, Drawing } from "../../svg/index.ts";
import {
  type BaseTokenizer,
  baseTokenizerFromJSON,
  canonicalOptionsOf,
  createOmniSvgTokenizer,
  createPathTokenizer,
  createSemanticTokenizer,
  createTextTokenizer,
  EncodeError,
  learnPathMerges,
  type PathOptions,
  type PathTokenizer,
  type SpecialTokenNames,
  type SvgTokenizer,
  semanticTokens,
  type TaskTemplates,
  tokenizerFromJSON,
  trainBytePairs,
  withPromptTemplate,
  withTemplates,
} from "../../tokenizer/index.ts";
import { ConfigError, type TokenizerConfig } from "../config/index.ts";
import { chatTemplatesOf, endOf, fittedTo, leadOf, writtenTemplates } from "./templates.ts";

/** Tokens that a tokenizer adds to a pretrained tokenizer. */
export interface NewTokens {
  /** Id of the first: the size of the tokenizer before. */
  readonly firstId: number;
  readonly count: number;
  /** Ids, in the tokenizer before, of the words that describe each token. */
  readonly descriptions: readonly (readonly number[])[];
}

export interface ChosenTokenizer {
  readonly tokenizer: SvgTokenizer;
  /** Null where the vocabulary is its own. */
  readonly added: NewTokens | null;
}

/** What a vocabulary of its own is trained on. */
export interface VocabularyTexts {
  readonly captions: readonly string[];
  readonly drawings: readonly Drawing[];
}

/**
 * Starts a tokenizer as the configuration says.
 * @param texts what a vocabulary of its own is trained on, asked for where it is.
 * @param pretrained `tokenizer.json` of the model that training starts from; undefined without.
 * @param settings what that model's tokenizer is used with, its chat template above all.
 * @throws ChatTemplateError where the configuration asks for one that there is not.
 * @throws ConfigError where there is no base tokenizer, or none that fits.
 * @throws BaseTokenizerError, TokenizerFileError for a tokenizer.json that is not supported.
 */
export function chooseTokenizer(
  config: TokenizerConfig,
  texts: () => VocabularyTexts,
  pretrained: unknown,
  settings: TokenizerSettings = {},
): ChosenTokenizer {
  const { type: name, prompt, template } = config;
  const chat = template === "chat" ? chatTemplatesOf(config, settings) : null;
  const chosen =
    name === "semantic" || name === "text"
      ? overBase(name, config, pretrained, chat)
      : onItsOwn(name, config, texts, pretrained);
  const { tokenizer } = chosen;
  if (template === "plain") return { ...chosen, tokenizer: withPromptTemplate(tokenizer, prompt) };
  const templates =
    chat === null
      ? writtenTemplates(template as "llm4svg" | "alpaca", tokenizer, prompt)
      : fittedTo(tokenizer, chat, name === "text" && config.wrapper === "bare");
  return { ...chosen, tokenizer: withTemplates(tokenizer, templates) };
}

/** Whether a tokenizer has a vocabulary of its own, rather than a base tokenizer's. */
export function ownVocabulary({ type: tokenizer }: TokenizerConfig): boolean {
  return tokenizer === "path" || tokenizer === "omnisvg";
}

/**
 * What decides a tokenizer beside its configuration and the model's own tokenizer.json: the file behind
 * `tokenizer.base`, and the texts of a chat template. Null where there is neither.
 * @throws ChatTemplateError, ConfigError
 */
export function tokenizerInputs(config: TokenizerConfig, settings: TokenizerSettings): unknown {
  const base = config.base === null ? null : readTokenizerJson(config.base);
  const chat = config.template === "chat" ? chatTemplatesOf(config, settings) : null;
  return base === null && chat === null ? null : { base, chat };
}

/** The canonical form of a tokenizer with a vocabulary of its own. */
export function canonicalOf(config: TokenizerConfig): CanonicalOptions {
  return config.type === "omnisvg"
    ? createOmniSvgTokenizer().canonical
    : canonicalOptionsOf(pathOptionsOf(config));
}

/** The options of the `path` tokenizer in a configuration. */
export function pathOptionsOf(config: TokenizerConfig): PathOptions {
  const { grid, coordinates, positions, relativeRange, shapes, arcs, quadratics } = config;
  const { strokes, order, opacity, gradients, groups, colors, initial } = config;
  const geometry = { grid, coordinates, positions, relativeRange, shapes, arcs, quadratics };
  return { ...geometry, strokes, order, opacity, gradients, groups, colors, initial };
}

function onItsOwn(
  name: "path" | "omnisvg",
  config: TokenizerConfig,
  texts: () => VocabularyTexts,
  pretrained: unknown,
): ChosenTokenizer {
  if (name === "omnisvg" && config.base !== null) {
    return omniSvgOver(readTokenizerJson(config.base));
  }
  if (pretrained !== undefined) return continued(name, pretrained);
  const { captions, drawings } = texts();
  // As they will stand: a space in front makes other tokens of the first word.
  const written = captions.map((caption) => config.prompt.replace("{caption}", () => caption));
  const text = trainBytePairs(written, { vocabularySize: config.captionVocabulary });
  const tokenizer =
    name === "path"
      ? withRuns(createPathTokenizer({ options: pathOptionsOf(config), text }), config, drawings)
      : createOmniSvgTokenizer({ text });
  return { tokenizer, added: null };
}

/** With tokens for frequent runs, learned from those of the drawings that it can hold. */
function withRuns(
  plain: PathTokenizer,
  { merges, mergeUnit }: TokenizerConfig,
  drawings: readonly Drawing[],
): PathTokenizer {
  if (merges === 0) return plain;
  const held = drawings.filter((drawing) => canEncode(plain, drawing));
  return learnPathMerges(plain, held, { merges, unit: mergeUnit }).tokenizer;
}

function canEncode(tokenizer: SvgTokenizer, drawing: Drawing): boolean {
  try {
    tokenizer.encode(drawing);
    return true;
  } catch (error) {
    if (error instanceof EncodeError) return false;
    throw error;
  }
}

/** That of a model of ours, which goes on with the vocabulary that it has. */
function continued(name: "path" | "omnisvg", pretrained: unknown): ChosenTokenizer {
  if (settingsIn(pretrained)?.representation !== name) {
    if (name === "omnisvg") return omniSvgOver(pretrained);
    throw new ConfigError([
      `tokenizer.type: the model of model.from has a tokenizer of text, over which ${name} cannot write; take semantic, text or omnisvg`,
    ]);
  }
  return { tokenizer: tokenizerFromJSON(pretrained), added: null };
}

function omniSvgOver(json: unknown): ChosenTokenizer {
  const base = baseTokenizerFromJSON(json, specialNamesIn(json));
  const tokenizer = createOmniSvgTokenizer({ base });
  return { tokenizer, added: newTokens(base, tokenizer) };
}

function overBase(
  name: "semantic" | "text",
  config: TokenizerConfig,
  pretrained: unknown,
  chat: TaskTemplates | null,
): ChosenTokenizer {
  const json = config.base === null ? pretrained : readTokenizerJson(config.base);
  if (json === undefined) {
    throw new ConfigError([
      "tokenizer.base: the model of model.from has no tokenizer.json; name one here",
    ]);
  }
  const base = baseTokenizerFromJSON(json, specialNamesIn(json));
  const kept = {
    grid: config.grid,
    shapes: config.shapes ? "keep" : "paths",
    strokes: config.strokes ? "keep" : "drop",
    groups: config.groups ? "keep" : "flatten",
    gradients: config.gradients ? "keep" : "first-stop",
    order: config.order,
    colorBits: config.colors === "12-bit" ? 4 : 8,
  } as const;
  const tokenizer =
    name === "semantic"
      ? createSemanticTokenizer({
          base,
          options: { ...kept, precision: config.precision, positions: config.positions },
        })
      : createTextTokenizer({
          base,
          options: {
            ...kept,
            wrapper: config.wrapper,
            end: config.wrapper === "bare" ? endOf(base, chat) : "",
            lead: config.wrapper === "bare" ? leadOf(base, chat) : "",
            arcs: config.arcs ? "keep" : "cubics",
            quadratics: config.quadratics ? "keep" : "cubics",
          },
        });
  return { tokenizer, added: newTokens(base, tokenizer) };
}

function newTokens(base: BaseTokenizer, { vocabulary }: SvgTokenizer): NewTokens {
  const firstId = base.size;
  const count = vocabulary.size - firstId;
  const descriptions = Array.from({ length: count }, (_, i) =>
    base.encode(wordsOf(vocabulary.token(firstId + i))),
  );
  return { firstId, count, descriptions };
}

const described = new Map(semanticTokens.map(({ token, words }) => [token, words]));

/** What describes a token: LLM4SVG's words, else those in its own name, as `end svg`. */
function wordsOf(token: string): string {
  const words = described.get(token) ?? token.replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim();
  return words === "" ? "svg" : words;
}

const largestFile = 200_000_000;

/** @param place a file, or a folder that holds `tokenizer.json`. */
function readTokenizerJson(place: string): unknown {
  try {
    const file = statSync(place).isDirectory() ? join(place, "tokenizer.json") : place;
    const { size } = statSync(file);
    if (size > largestFile) throw new Error(`${size} bytes are too many for a tokenizer`);
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === "ENOENT" ? "there is no such file, or no tokenizer.json in it" : message;
    throw new ConfigError([`tokenizer.base: ${place}: ${reason}`], { cause: error });
  }
}

interface OurSettings {
  readonly representation?: unknown;
  readonly special?: unknown;
}

/** What one of our tokenizers wrote into a tokenizer.json. */
function settingsIn(json: unknown): OurSettings | undefined {
  const found = ["model", "pathloom"].reduce<unknown>(
    (node, key) => (typeof node === "object" && node !== null ? Reflect.get(node, key) : undefined),
    json,
  );
  return typeof found === "object" && found !== null ? found : undefined;
}

function specialNamesIn(json: unknown): SpecialTokenNames {
  const special = settingsIn(json)?.special;
  if (typeof special !== "object" || special === null) return {};
  const named = Object.entries(special).filter(([, name]) => typeof name === "string");
  return Object.fromEntries(named);
}
