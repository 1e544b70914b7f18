/** What turns text into outlines; made by `textOutliner` of `pathloom/svg/render` from font files. */
export interface TextOutliner {
  /** Whether one of the fonts has the character. */
  has(codePoint: number): boolean;
  /**
   * @param source an SVG document that holds one `text` element
   * @returns the same picture as an SVG document of paths alone, each filled as its text was; null where
   *   the text cannot be set
   * @throws FontError where that is no fault of the text: the run cannot go on; RendererStartFault where
   *   nothing can be set at all
   */
  outline(source: string): string | null;
}
