import { testModelsOn } from "../models-beside-onnx.ts";

await testModelsOn("openvino");
