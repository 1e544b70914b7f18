/** What XLA has made of a program. */
export { type Collective, type CollectiveKind, collectivesOf } from "./collectives.ts";
export { type Costs, costsOf } from "./costs.ts";
export { computationsOf } from "./module.ts";
