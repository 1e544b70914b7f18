/** What stands around a caption and a drawing in the thesis's samples. */
import { type BaseTokenizer, BaseTokenizerError, requireId, withBegin } from "../base/index.ts";
import { plainTemplates, type TaskTemplates } from "../core/tasks.ts";
import type { SpecialTokens } from "../core/vocabulary.ts";
import type { TextOptions } from "./options.ts";

export interface Wrapper {
  /** With the wrapper's tokens added. */
  readonly base: BaseTokenizer;
  readonly special: SpecialTokens;
  /** Before and after a caption. */
  readonly prompt: { readonly before: string; readonly after: string };
  readonly templates: TaskTemplates;
  /** Before a drawing. */
  readonly opening: string;
  /** Whether `opening` is one token, rather than text. */
  readonly openingIsToken: boolean;
}

const markers = { context: "<|ctx|>", objects: "<|objs|>", end: "<|end_svg|>" } as const;
const instruction = "Instruction: Create a valid minimal SVG for: ";
const response = "Response: ";

const plain = plainTemplates(`${instruction}{caption}\n`);
const instructionTemplates: TaskTemplates = {
  ...plain,
  "svg-to-text": {
    ...plain["svg-to-text"],
    prompt: "Instruction: Say what this SVG shows.\n{drawing}",
  },
  editing: { ...plain.editing, prompt: "{drawing}\nInstruction: Change the SVG: {instruction}\n" },
};

/** @throws BaseTokenizerError where there is no token that ends a bare drawing. */
export function createWrapper(
  base: BaseTokenizer,
  { wrapper, end, lead }: Pick<TextOptions, "wrapper" | "end" | "lead">,
): Wrapper {
  switch (wrapper) {
    case "markers":
      return withMarkers(base);
    case "instruction":
      return withInstruction(base);
    case "bare":
      return bare(base, end, lead);
  }
}

function bare(base: BaseTokenizer, end: string, lead: TextOptions["lead"]): Wrapper {
  const begun = withBegin(base);
  const eos = end === "" ? begun.base.special.eos : begun.base.id(end);
  if (eos === undefined) {
    throw new BaseTokenizerError(
      "added_tokens",
      `there is no token ${end === "" ? "that ends a text" : JSON.stringify(end)} to end a drawing`,
    );
  }
  return {
    base: begun.base,
    special: { bos: begun.bos, pad: begun.pad, eos, drawing: begun.base.encode(`${lead}<svg`)[0]! },
    prompt: { before: "", after: "" },
    templates: plainTemplates(),
    opening: lead,
    openingIsToken: false,
  };
}

function withMarkers(base: BaseTokenizer): Wrapper {
  const added = Object.values(markers).map((content) => ({ content, special: true }));
  const extended = base.withTokens(added);
  const bos = requireId(extended, markers.context);
  return {
    base: extended,
    special: {
      bos,
      pad: extended.special.pad ?? extended.special.eos ?? bos,
      eos: requireId(extended, markers.end),
      drawing: requireId(extended, markers.objects),
    },
    prompt: { before: "", after: "" },
    templates: plainTemplates(),
    opening: markers.objects,
    openingIsToken: true,
  };
}

function withInstruction(base: BaseTokenizer): Wrapper {
  const begun = withBegin(base);
  const known = begun.base.special.eos;
  const extended =
    known === undefined
      ? begun.base.withTokens([{ content: markers.end, special: true }])
      : begun.base;
  return {
    base: extended,
    special: {
      bos: begun.bos,
      pad: begun.pad,
      eos: known ?? requireId(extended, markers.end),
      drawing: extended.encode(`${response}<svg`)[0]!,
    },
    prompt: { before: instruction, after: "\n" },
    templates: instructionTemplates,
    opening: response,
    openingIsToken: false,
  };
}
