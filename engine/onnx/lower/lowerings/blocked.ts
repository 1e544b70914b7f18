/** Matrices in the layout that the runtime has for pictures; see `../../optimise/layout`. */
import { type Shape, sizeOf } from "../../../graph/index.ts";
import type { LoweringTable } from "./lowering.ts";
import { reshapeTo } from "./shapes.ts";

const domain = "com.microsoft.nchwc";

const pixel = {
  kernel_shape: [1, 1],
  strides: [1, 1],
  dilations: [1, 1],
  pads: [0, 0, 0, 0],
  group: 1,
};

const channelsLast = ([batch, channels, height, width]: Shape): Shape => [
  batch!,
  height!,
  width!,
  channels!,
];

export const blockedLowerings: LoweringTable = {
  toBlocks: (writer, { inputs, attributes, outputTypes }) => {
    const { shape } = outputTypes[0]!;
    const isLast = attributes.transposed !== true;
    const picture = reshapeTo(writer, inputs[0]!, isLast ? channelsLast(shape) : shape);
    return [
      writer.node("ReorderInput", [picture], { domain, attributes: { channels_last: isLast } }),
    ];
  },
  fromBlocks: (writer, { inputs, attributes, inputTypes, outputTypes }) => {
    const channels = inputTypes[0]!.shape[1]!;
    const isLast = attributes.transposed !== true;
    const picture = writer.node("ReorderOutput", inputs, {
      domain,
      attributes: { channels, channels_last: isLast },
    });
    return [reshapeTo(writer, picture, outputTypes[0]!.shape)];
  },
  headsToBlocks: (writer, { inputs, inputTypes, outputTypes }) => {
    const { shape } = outputTypes[0]!;
    const [heads, , width] = inputTypes[0]!.shape as [number, number, number];
    const pictures = [heads, width, shape[2]!, shape[3]!];
    const last = reshapeTo(writer, inputs[0]!, channelsLast(pictures));
    const how = { domain, attributes: { channels_last: true } } as const;
    return [reshapeTo(writer, writer.node("ReorderInput", [last], how), shape)];
  },
  headsFromBlocks: (writer, { inputs, inputTypes, outputTypes }) => {
    const [heads, , width] = outputTypes[0]!.shape as [number, number, number];
    const [, , height, rest] = inputTypes[0]!.shape;
    const pictures = reshapeTo(writer, inputs[0]!, [heads, width, height!, rest!]);
    const how = { domain, attributes: { channels: width, channels_last: true } } as const;
    const last = writer.node("ReorderOutput", [pictures], how);
    return [reshapeTo(writer, last, outputTypes[0]!.shape)];
  },
  blockedMatmul: (writer, { inputs, inputTypes }) => {
    const [inner, columns] = inputTypes.map(({ shape }) => shape[1]!) as [number, number];
    const filter = reshapeTo(writer, inputs[1]!, [columns, inner, 1, 1]);
    const operands = [inputs[0]!, filter, ...inputs.slice(2)];
    return [writer.node("Conv", operands, { domain, attributes: pixel })];
  },
  blockedColumnSums: (writer, { inputs, inputTypes, outputTypes }) => {
    const { shape } = inputTypes[0]!;
    const rows = sizeOf(shape) / shape[1]!;
    const means = writer.node("GlobalAveragePool", inputs, { domain });
    const columns = reshapeTo(writer, means, outputTypes[0]!.shape);
    return [writer.node("Mul", [columns, writer.float(rows)])];
  },
};
