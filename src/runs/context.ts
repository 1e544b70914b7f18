/** The longest sequence of a run. */
import { type Config, ConfigError, type ModelConfig } from "../config/index.ts";

/** Of a decoder of our own. */
const ownContext = 128;
/** Of a pretrained one, which may take far more than drawings need. */
const longestUnasked = 1024;

/**
 * @param available the pretrained model's own; null for a new one.
 * @throws ConfigError when more is asked for than the pretrained model takes.
 */
export function contextLengthOf(
  { contextLength: context, from, ropeScaling, ropeFactor }: ModelConfig,
  available: number | null,
): number {
  if (available === null) return context ?? ownContext;
  if (ropeScaling !== null) return context ?? Math.floor(available * (ropeFactor ?? 1));
  if (context === null) return Math.min(longestUnasked, available);
  if (context <= available) return context;
  throw new ConfigError([
    `model.contextLength: expected at most the ${available} tokens of ${from ?? "the model"}, but found ${context}`,
  ]);
}

/** Positions that an update of a run reads: its tokens, where rows are packed. */
export function positionsPerStep({ model, train }: Config): number {
  return train.batchSize * train.gradientAccumulationSteps * contextLengthOf(model, null);
}
