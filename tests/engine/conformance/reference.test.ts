import { startReference } from "../../../src/engine/tfjs/index.ts";
import { conform } from "./suite.ts";

conform({ name: "reference", start: startReference, why: null });
