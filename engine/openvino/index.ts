/** The engine `openvino`: graphs lowered to ONNX models and run by OpenVINO. */
export { whyUnavailable } from "./locate.ts";
export { OpenvinoEngine, type OpenvinoEngineOptions } from "./openvino-engine.ts";
