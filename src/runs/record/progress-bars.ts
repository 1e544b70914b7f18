/** A bar for each thing that is being done, one after the other. */
import { formatCount, LoadingBar } from "../../report/index.ts";

/** Call it with what is done, how much and of how much. */
export function progressBars(): (what: string, done: number, total: number) => void {
  let bar: { readonly what: string; readonly shown: LoadingBar } | null = null;
  return (what, done, total) => {
    if (bar?.what !== what) {
      bar?.shown.finish();
      const counted = (count: number) => formatCount(count);
      bar = { what, shown: new LoadingBar(process.stderr, what, undefined, counted) };
    }
    bar.shown.update(done, total);
    if (done >= total) bar.shown.finish();
  };
}
