/** How much of a set a test run takes: by default a seeded sample, with `SETS=all` every file. */
import seedrandom from "seedrandom";
import { type Icon, type IconSet, readIcons } from "./icon-sets.ts";

const all = process.env.SETS === "all";

/** @param count files of the sample; the whole set when it has no more. */
export function sampleOf(set: IconSet, count: number): Icon[] {
  const icons = readIcons(set);
  if (all || count >= icons.length) return icons;
  const random = seedrandom(set.name);
  const order = icons.map((icon) => ({ icon, place: random() }));
  order.sort((a, b) => a.place - b.place);
  return order.slice(0, count).map(({ icon }) => icon);
}

/** Says on a line of its own what a test that takes `count` files leaves out. */
export function tellSample(set: IconSet, count: number): void {
  const { length } = readIcons(set);
  if (count >= length) return;
  console.log(
    `REPORT left out ${length - count} of the ${length} files of ${set.name}: SETS=all takes every one`,
  );
}
