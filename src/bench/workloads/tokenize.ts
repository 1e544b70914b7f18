/** Reading SVG files and writing them as tokens. */
import type { SvgTokenizer } from "../../../tokenizer/index.ts";
import { tokenizeSvg } from "../../evaluate/index.ts";
import type { Workload } from "../workload.ts";

/** @param files the text of each; one that cannot be tokenized is refused at once. */
export function tokenizeWorkload(files: readonly string[], tokenizer: SvgTokenizer): Workload {
  const tokenize = () =>
    files.reduce((total, svg) => total + tokenizeSvg(svg, tokenizer).ids.length, 0);
  return {
    summary: `${files.length} drawings, read and tokenized`,
    tokensPerUnit: tokenize(),
    parameters: null,
    trainedParameters: null,
    precision: null,
    peerWork: null,
    run(units) {
      for (let unit = 0; unit < units; unit++) tokenize();
    },
    dispose() {},
  };
}
