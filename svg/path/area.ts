/** What a fill rule says is inside of an outline. */
import type { SegmentList } from "./segments.ts";

export interface Area {
  readonly segments: SegmentList;
  readonly evenOdd: boolean;
}
