/** A share in percent as a canonical drawing holds it: whole, 0 to 100. */
export function percent(value: number): number {
  return Math.round(Math.min(Math.max(value, 0), 100)) || 0;
}
