/** What stands around a caption and a drawing in the thesis's samples. */
import { type BaseTokenizer, requireId, withBegin } from "../base/index.ts";
import type { SpecialTokens } from "../core/vocabulary.ts";
import type { TextOptions } from "./options.ts";

export interface Wrapper {
  /** With the wrapper's tokens added. */
  readonly base: BaseTokenizer;
  readonly special: SpecialTokens;
  /** Before and after a caption. */
  readonly prompt: { readonly before: string; readonly after: string };
  /** Before a drawing. */
  readonly opening: string;
  /** Whether `opening` is one token, rather than text. */
  readonly openingIsToken: boolean;
}

const markers = { context: "<|ctx|>", objects: "<|objs|>", end: "<|end_svg|>" } as const;
const instruction = "Instruction: Create a valid minimal SVG for: ";
const response = "Response: ";

export function createWrapper(base: BaseTokenizer, kind: TextOptions["wrapper"]): Wrapper {
  return kind === "markers" ? withMarkers(base) : withInstruction(base);
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
    opening: response,
    openingIsToken: false,
  };
}
