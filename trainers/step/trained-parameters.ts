/** Which parameters a trainer updates, and at what rate and decay each. */
import type { Model, ParameterSpec } from "../../models/index.ts";
import type { OptimisedParameter } from "../optimisers/optimizer.ts";
import { groupsOf } from "../optimisers/parameter-groups.ts";
import type { TrainerOptions } from "./trainer-options.ts";

export function optimised(
  model: Model,
  specs: readonly ParameterSpec[],
  options: TrainerOptions,
): OptimisedParameter[] {
  const names = specs.map(({ name }) => name);
  const groups = groupsOf(options.groups ?? [], names);
  return specs.map(({ name, decay }) => {
    const { learningRate = null, weightDecay = null } = groups.get(name) ?? {};
    return {
      name,
      decay,
      buffer: model.parameters.get(name)!,
      rate:
        learningRate === null
          ? rateOf(name, options)
          : learningRate / options.schedule.learningRate,
      ...(weightDecay === null ? {} : { weightDecay }),
    };
  });
}

/** The embeddings and the head, whole or some rows of them, of the decoder or of an adapter. */
const tokenTable = /(^|\.)(embedding\.weight|head\.weight|head\.bias)(\.rows)?$/;

function rateOf(name: string, options: TrainerOptions): number {
  if (name.endsWith(".loraB")) return options.loraPlusRatio ?? 1;
  return tokenTable.test(name) ? (options.tokenTableRatio ?? 1) : 1;
}

/** @throws RangeError for a name that the model does not train. */
export function trainedSpecs(model: Model, names: readonly string[] | undefined): ParameterSpec[] {
  if (names === undefined) return [...model.trainable];
  const specs = new Map(model.trainable.map((spec) => [spec.name, spec]));
  return names.map((name) => {
    const spec = specs.get(name);
    if (spec === undefined) throw new RangeError(`the model has no parameter "${name}" to train`);
    return spec;
  });
}
