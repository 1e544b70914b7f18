/** What is compared and how, in words that follow from the figures. */
import { formatCount } from "../format.ts";
import type { Comparison } from "./comparison.ts";

const alike = {
  tokens:
    "All had rows for as many tokens; “tokens read” leaves out what of the rows stayed empty.",
  steps: "All made as many updates.",
  time: "All were given as much time.",
} as const;

export function introduction({ axes, groups, equal }: Comparison): string {
  const runs = groups.flatMap((group) => group.runs);
  const seeds = new Set(runs.map(({ seed }) => seed)).size;
  const what =
    axes.length === 0
      ? `${formatCount(runs.length)} runs`
      : `${formatCount(runs.length)} runs: ${formatCount(groups.length)} values of ${axes.join(" and ")}, ${formatCount(seeds)} ${seeds === 1 ? "seed" : "seeds"}`;
  return [`${what}.`, ...(equal === null ? [] : [alike[equal]])].join(" ");
}

export function method({ common, groups }: Comparison): string {
  const { drawings, trainedCaptions, heldOutCaptions } = common;
  const spread = groups.some(({ runs }) => runs.length > 1);
  const sentences = [
    drawings === 0
      ? "There is no drawing that all of these runs hold out and can hold, so their losses are not compared."
      : `Held-out loss and bits per drawing are of each run's best checkpoint over the ${formatCount(drawings)} held-out drawings that all of these runs can hold, each after the same caption; only the drawing's tokens count. Bits per drawing compare runs of different vocabularies too, nats per token do not.`,
    ...(trainedCaptions + heldOutCaptions === 0
      ? []
      : [
          `Likeness is over ${formatCount(trainedCaptions)} captions that all were trained on and ${formatCount(heldOutCaptions)} held-out ones, the same for every run, one drawing each: hit@1 and hit@5 say that the icon of that caption is the nearest, or among the nearest five, of all real ones; “shares a word”, that the nearest icon has a word of the caption in its name.`,
        ]),
    "“Drawings that fit” is the share of the drawings that are no longer than the run's context; the others were left out, never cut. Tokens per second and the process's peak memory are of training on this machine.",
    spread
      ? "Spread is the standard deviation over seeds (n - 1)."
      : "With one seed nothing is known of chance.",
  ];
  return sentences.join(" ");
}
