/** Training on the engine `xla` beside `onnx`. */
import { test } from "uvu";
import { testTrainingOn } from "../training-beside-onnx.ts";

await testTrainingOn("xla");
test.run();
