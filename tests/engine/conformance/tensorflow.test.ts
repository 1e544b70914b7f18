import { startTensorflow, whyNoTensorflow } from "../../../src/engine/tfjs/index.ts";
import { conform } from "./suite.ts";

conform({ name: "tensorflow", start: startTensorflow, why: whyNoTensorflow() });
