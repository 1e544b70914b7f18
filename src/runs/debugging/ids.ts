/** Token ids among the options. */
import { UsageError } from "../../../errors/index.ts";

/** From `1,2,3`. @throws UsageError for anything but whole numbers */
export function parseIds(list: string): number[] {
  const ids = list.split(",").map(Number);
  if (ids.every((id) => Number.isInteger(id) && id >= 0) && list.trim() !== "") return ids;
  throw new UsageError(`--ids ${list}: expected whole numbers separated by commas, as 1,2,3`);
}
