/** ALiBi's slopes, as BLOOM and MPT of transformers have them. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { alibiSlopes } from "../../models/decoder/alibi.ts";

test("a power of two has one series, other numbers the next lower and half of the next higher", () => {
  assert.equal(alibiSlopes(1), [2 ** -8]);
  assert.equal(
    alibiSlopes(8),
    [1, 2, 3, 4, 5, 6, 7, 8].map((power) => 2 ** -power),
  );
  assert.equal(
    alibiSlopes(6),
    [2, 4, 6, 8, 1, 3].map((power) => 2 ** -power),
  );
  assert.is(alibiSlopes(112).length, 112);
});

test.run();
