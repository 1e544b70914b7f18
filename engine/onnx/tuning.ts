/**
 * The constants of the engine `onnx` that were found by measuring, in one place, each with how. They
 * decide in which layout, order and pieces something is computed, never what is computed: another
 * choice gives the same results but for the last bits of sums. Only the size of tiles, which changes not
 * even those, is measured on other machines (`calibration`), so that one seed gives one result.
 * `node --import tsx bench/passes.ts --sizes` measures what others would give on the machine that it runs on.
 *
 * All were found on one processor, an Intel Xeon with AVX-512, with ONNX Runtime 1.30.
 */
export interface Tuning {
  readonly layout: {
    /**
     * Rows, columns and inner size from which a product may be blocked: fewer leave the kernel's
     * registers empty.
     */
    readonly smallestSide: number;
    /**
     * Floating-point operations and bytes a nanosecond, from profiles of training steps on one core.
     * Only their ratios count: they say when a faster product pays for the conversions around it.
     */
    readonly speed: {
      readonly product: number;
      readonly ofTransposed: number;
      readonly blockedProduct: number;
      readonly conversion: number;
      readonly moveOfRows: number;
    };
  };
  readonly loops: {
    /** Elements from which a chain of operations becomes a loop: smaller tensors are in the cache anyway. */
    readonly smallestSize: number;
    /**
     * Elements of a block of rows that goes through a chain at once. Several threads share a block,
     * and the runtime divides an operation between them only when each gets about 65,536.
     */
    readonly blockElements: number;
    /**
     * Whether such loops also sum the rows: it takes 6 % off a norm's backward pass on one core, and
     * adds as much on two, because sums of single blocks are too small to divide.
     */
    readonly sumsRows: boolean;
  };
  readonly tiles: {
    /** Elements from which an array is worth tiling. Below, an operation's overhead outweighs the memory's. */
    readonly smallestSize: number;
    /**
     * Elements of a tile. On AdamW over 12 million parameters one thread was fastest from 12,288 to
     * 24,576, whose arrays lie in its cache together; several share a tile, as a block of rows.
     */
    readonly tileElements: number;
  };
  /**
   * Few rows by a transposed weight, as in a generation step of several sequences. The kernel repacks
   * its second operand for every product, which for few rows costs as much as the product: with the
   * rows second it is they that are repacked. From 384 by 1,536 to 768 by 2,048: a third less time
   * for 8 to 32 rows, a tenth for 64, none for 128; a single row has a kernel of its own.
   */
  readonly fewRows: {
    readonly from: number;
    readonly to: number;
    /** Columns of the weight for each row, at least. */
    readonly columnsPerRow: number;
  };
  readonly quantized: {
    /**
     * Rows up to which the time is that of memory, so that the piece of the matrix that is float32 at a
     * time is to stay in the cache (`cachedElements`); beyond, pieces only bound the memory
     * (`mostElements`). A product by bfloat16 of 2,048 by 768 with one row takes 0.24 ms by pieces
     * that stay in the cache and 0.56 ms at once; with 1,024 rows 24 ms either way.
     */
    readonly cachedRows: number;
    readonly cachedElements: number;
    readonly mostElements: number;
  };
}

/** What the runtime wants of an operation before it gives one more thread a part. */
const elementsPerThread = 65_536;

const common = {
  layout: {
    smallestSide: 64,
    speed: {
      product: 138,
      ofTransposed: 115,
      blockedProduct: 172,
      conversion: 5.5,
      moveOfRows: 10,
    },
  },
  fewRows: { from: 6, to: 96, columnsPerRow: 2 },
  quantized: { cachedRows: 8, cachedElements: 2 ** 18, mostElements: 2 ** 22 },
} as const;

/**
 * @param threads of a session.
 * @param tileElements where tiles are to be of another size than the one that is built in.
 */
export function tuningFor(threads: number, tileElements?: number): Tuning {
  const alone = threads === 1;
  const shared = elementsPerThread * threads;
  return {
    ...common,
    loops: {
      smallestSize: 65_536,
      blockElements: alone ? 32_768 : shared,
      sumsRows: alone,
    },
    tiles: { smallestSize: 1024, tileElements: tileElements ?? (alone ? 24_576 : shared) },
  };
}
