import { startCuda, whyNoCuda } from "../../../src/engine/tfjs/index.ts";
import { conform } from "./suite.ts";

conform({ name: "cuda", start: startCuda, why: whyNoCuda() });
