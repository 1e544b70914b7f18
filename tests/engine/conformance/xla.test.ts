import { conform } from "./suite.ts";

await conform("xla", { together: 30 });
