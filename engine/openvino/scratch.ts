/**
 * Arrays for results that replace an input only after the run. The library fuses operations and gives
 * them to its threads as it likes, so that even an elementwise kernel may read what it has written:
 * results are never written over inputs. Programs run one at a time and share these arrays; like the
 * library's own working memory they are counted in no program.
 */
import type { TensorType } from "../graph/index.ts";
import { OpenvinoBuffer } from "./buffer.ts";
import type { OpenvinoEnvironment } from "./environment.ts";

interface Shared {
  readonly buffer: OpenvinoBuffer;
  users: number;
}

const shared = new Map<string, Shared>();

/** Arrays of these types, all different; `release` frees those that nobody else has. */
export function borrowScratch(
  environment: OpenvinoEnvironment,
  types: readonly TensorType[],
): { readonly buffers: readonly OpenvinoBuffer[]; release(): void } {
  const counts = new Map<string, number>();
  const keys = types.map(({ dtype, shape }) => {
    const type = `${dtype}[${shape.join()}]`;
    const count = counts.get(type) ?? 0;
    counts.set(type, count + 1);
    return `${type} ${count}`;
  });
  const buffers = keys.map((key, i) => {
    const known = shared.get(key);
    const each = known ?? { buffer: new OpenvinoBuffer(environment, types[i]!), users: 0 };
    each.users++;
    shared.set(key, each);
    return each.buffer;
  });
  const release = () => {
    for (const key of keys) {
      const each = shared.get(key)!;
      each.users--;
      if (each.users > 0) continue;
      each.buffer.dispose();
      shared.delete(key);
    }
  };
  return { buffers, release };
}
