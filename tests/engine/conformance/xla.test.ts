import { conform } from "./suite.ts";

await conform("xla");
