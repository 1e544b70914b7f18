/**
 * Classifier-free guidance (Ho and Salimans 2022; for language models Sanchez et al. 2023): the next
 * token's logits with the prompt, moved away from those without it. And what both say of the token that
 * was chosen, which tells how much the sequence owes to its prompt.
 */

export interface Guidance {
  /** 1 leaves the logits as the prompt gives them; above 1 they follow it more closely. */
  readonly scale: number;
  /** What stands in place of each sequence's prompt where nothing is said; at least one token each. */
  readonly prompts: readonly ArrayLike<number>[];
}

/** Natural logarithms of a sequence's probability, under the model's own distribution. */
export interface SequenceLikelihood {
  /** After its prompt. */
  readonly prompted: number;
  /** After the prompt of which nothing is said. */
  readonly unprompted: number;
}

/**
 * Moves logits in place: `without + scale * (with - without)`, which is the same distribution as that of
 * log-probabilities so combined.
 */
export function guide(logits: Float32Array, without: Float32Array, scale: number): void {
  if (scale === 1) return;
  for (let id = 0; id < logits.length; id++) {
    const given = logits[id]!;
    const alone = without[id]!;
    if (alone !== Number.NEGATIVE_INFINITY) logits[id] = alone + scale * (given - alone);
  }
}

/** ln of the sum of the exponentials. */
export function logSumExpOf(logits: Float32Array): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) if (logits[id]! > highest) highest = logits[id]!;
  let sum = 0;
  for (let id = 0; id < logits.length; id++) sum += Math.exp(logits[id]! - highest);
  return highest + Math.log(sum);
}
