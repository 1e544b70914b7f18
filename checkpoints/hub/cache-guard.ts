/** What the operating system refuses in the cache, as a `HubError`. */
import { systemCode } from "../files/storage-error.ts";
import { HubError } from "./hub-error.ts";

export async function guardCache<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const system = systemCode(error);
    if (error instanceof HubError || system === undefined) throw error;
    if (["ENOSPC", "EDQUOT", "EFBIG"].includes(system)) throw diskFull(path, system, error);
    const reason = `the cache cannot be used (${system}); change its permissions, or set HF_HUB_CACHE to another folder`;
    throw new HubError("cache", path, reason, error);
  }
}

export function diskFull(path: string, detail: string, cause?: unknown): HubError {
  const reason = `no space is left for it (${detail}); free some, or set HF_HUB_CACHE to a folder of another disk; what was received is kept`;
  return new HubError("disk-full", path, reason, cause);
}
