/** Products of large matrices in the layout that the runtime's fastest kernel works in. */
export { hasBlockableProducts, withBlockedProducts } from "./choose.ts";
export {
  blockedColumnSums,
  blockedMatmul,
  fromBlocks,
  sideMultiple,
  toBlocks,
} from "./operations.ts";
