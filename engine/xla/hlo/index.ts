/** What XLA has made of a program. */
export { type Collective, type CollectiveKind, collectivesOf } from "./collectives.ts";
