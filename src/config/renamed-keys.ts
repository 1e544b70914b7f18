/**
 * Keys that had another name in earlier versions. A recipe that says an old one is told the new one;
 * the `config.yaml` of a run, which nobody writes by hand, is read under either.
 */
export const renamedKeys: Readonly<Record<string, string>> = {
  "model.context": "model.contextLength",
  "model.width": "model.hiddenSize",
  "model.feedForward": "model.intermediateSize",
  "model.storage": "model.weightDtype",
  "tokenizer.representation": "tokenizer.type",
  "train.batch": "train.batchSize",
  "train.accumulation": "train.gradientAccumulationSteps",
  "train.checkpointing": "train.gradientCheckpointing",
  "train.clip": "train.maxGradNorm",
  "lora.targets": "lora.targetModules",
  "lora.rslora": "lora.useRslora",
  "lora.dora": "lora.useDora",
  "lora.plusRatio": "lora.loraPlusRatio",
  "lora.savedModules": "lora.modulesToSave",
  "evaluate.against": "evaluate.set",
};

/** `"model.width" is now "model.hiddenSize"`, or undefined for a key that never had another name. */
export function renameNotice(path: string): string | undefined {
  const now = renamedKeys[path];
  return now === undefined ? undefined : `"${path}" is now "${now}"`;
}

/** The same settings under today's names; sections that are not maps stay as they are. */
export function withTodaysKeys(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).map(([section, keys]) => {
      if (typeof keys !== "object" || keys === null || Array.isArray(keys)) return [section, keys];
      const renamed = Object.entries(keys).map(([key, value]) => {
        const now = renamedKeys[`${section}.${key}`];
        return [now === undefined ? key : now.slice(section.length + 1), value];
      });
      return [section, Object.fromEntries(renamed)];
    }),
  );
}
