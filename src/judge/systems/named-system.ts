/** Whose drawings are judged, by a name: a run, a model, or a folder of drawings. */
import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { UsageError } from "../../../errors/index.ts";
import { type NamedModel, releasedModel, runPaths } from "../../runs/index.ts";

/**
 * A system by a name.
 * @example
 * const systems: NamedSystem[] = [
 *   { name: "ours", run: "runs/icons" },
 *   { name: "other", drawings: "outputs/other" },
 * ];
 */
export type NamedSystem = ModelSystem | FoundSystem;

/** Where nothing but the name is given, the released model. */
export interface ModelSystem extends NamedModel {
  readonly name: string;
}

export interface FoundSystem {
  readonly name: string;
  /** A folder, or a table. */
  readonly drawings: string;
}

/**
 * The released model where none is given.
 * @throws UsageError where two have one name, or there is no released model to take.
 */
export function systemsOf(systems: readonly NamedSystem[]): readonly NamedSystem[] {
  const seen = new Set<string>();
  for (const { name } of systems) {
    if (seen.has(name)) {
      throw new UsageError(
        `two systems are called ${name}: name them apart, as --system other=${name}`,
      );
    }
    seen.add(name);
  }
  if (systems.length > 0) return systems;
  const released = releasedModel();
  if (released === null) throw new UsageError("name a run or a model, by --run or --model");
  return [{ name: basename(released.folder) }];
}

/**
 * `ours=runs/icons`, or `runs/icons` alone: a run, a model, or else a folder or table of drawings.
 * @throws UsageError where nothing is there.
 */
export function namedSystem(written: string): NamedSystem {
  const [, given, place = ""] = /^(?:([^=/\\]+)=)?(.+)$/s.exec(written) ?? [];
  const name = given ?? basename(place);
  if (existsSync(runPaths(place).config)) return { name, run: place };
  if (existsSync(join(place, "config.json"))) return { name, model: place };
  if (statSync(place, { throwIfNoEntry: false }) !== undefined) return { name, drawings: place };
  throw new UsageError(
    `--system ${written}: there is no run, model or folder of drawings at ${JSON.stringify(place)}`,
  );
}
