/** Opens a model and the adapters that are served over it. */
import { loadAdapter, loadedAdapterName } from "../../../checkpoints/index.ts";
import type { Engine } from "../../../engine/index.ts";
import { UsageError } from "../../../errors/index.ts";
import type { DecodingModel } from "../../../models/index.ts";
import { type SvgTokenizer, tokenizerFromJSON } from "../../../tokenizer/index.ts";
import { contextLengthOf, type LoadedModel, loadModel, loadSource } from "../../runs/index.ts";
import type { DrawingSetup } from "./protocol.ts";

export interface LoadedServed {
  readonly id: string;
  readonly model: DecodingModel;
  readonly tokenizer: SvgTokenizer;
  readonly contextLength: number;
  /** The name of what it is an adapter over. */
  readonly base: string | null;
}

/**
 * The model first, then its adapters. Those that leave its tables alone share its weights.
 * @throws UsageError where there is no tokenizer; CheckpointError, HubError, AdapterError
 */
export async function loadServed(
  engine: Engine,
  setup: DrawingSetup,
  notice: (message: string) => void,
): Promise<[LoadedServed, ...LoadedServed[]]> {
  const { source, weightDtype, adapters, name } = setup;
  const loaded = await loadSource(engine, source, weightDtype, notice);
  const own = loaded.adapter === null ? [] : [loadedAdapterName];
  const served = (
    id: string,
    from: LoadedModel,
    names: readonly string[],
    base: string | null,
  ) => ({
    id,
    base,
    model: from.model.under(names),
    tokenizer: tokenizerOf(from),
    contextLength: contextLengthOf(setup.config.model, from.model.config.contextLength),
  });
  const all: LoadedServed[] = [];
  for (const [id, folder] of Object.entries(adapters)) {
    if (loaded.adapter !== null) {
      throw new UsageError(
        `--adapter ${id}=${folder}: ${loaded.folder} is an adapter itself; name the model under both`,
      );
    }
    const shared = sharedAdapter(loaded, folder);
    if (shared !== null) {
      loaded.model.attach(id, shared);
      all.push(served(id, loaded, [id], name));
      continue;
    }
    notice(`${folder}: this adapter brings tables of its own, so the model is loaded again for it`);
    const model = "run" in source ? loaded.folder : source.model;
    const apart = await loadModel(engine, { model, adapter: folder, weightDtype, notice });
    all.push(served(id, apart, [loadedAdapterName], name));
  }
  return [served(name, loaded, own, null), ...all];
}

/** Null where the adapter changes what it would share. */
function sharedAdapter({ model, json }: LoadedModel, folder: string) {
  const { config, adapter } = loadAdapter(folder, { config: model.config, json });
  const { carried = new Map(), ...own } = adapter;
  const same = JSON.stringify(config) === JSON.stringify(model.config);
  const tables = carried.size + (own.rows?.length ?? 0) + own.saved.length;
  return same && tables === 0 ? own : null;
}

function tokenizerOf({ tokenizer, folder }: LoadedModel): SvgTokenizer {
  if (tokenizer !== undefined) return tokenizerFromJSON(tokenizer);
  throw new UsageError(`${folder}: no tokenizer.json beside the model`);
}
