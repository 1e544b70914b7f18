/** Which of the runtime's own operators work here: each is tried once a process. */
export { workingOperators } from "./working.ts";
