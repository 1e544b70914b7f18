/** Matrices kept in fewer bits: products forward and backward, rows by id, and the matrix itself. */
import { encodeBfloat16, ops, type Value } from "../../../engine/index.ts";
import {
  type Case,
  type CaseInput,
  caseOf,
  constants,
  floats,
  indices,
  integers,
  product,
  type Values,
} from "./case.ts";

/** `[columns, block]`: a row of one block, several small ones, and one as long as the row. */
const layouts = [
  [16, 16],
  [96, 32],
  [128, 64],
  [192, 64],
] as const;

function codes(shape: readonly number[], seed: number): CaseInput {
  const data = Uint8Array.from(indices(shape, 256, seed).data);
  return { shape, dtype: "uint8", data };
}

function parts(format: ops.QuantizedFormat, rows: number, columns: number, block: number) {
  if (format === "bfloat16") {
    const shape = [rows, columns];
    const data = encodeBfloat16(floats(shape, 80).data as Float32Array);
    return { codes: { shape, dtype: "bfloat16", data } satisfies CaseInput };
  }
  const blocks = columns / block;
  if (format === "nf4-double") {
    return {
      codes: codes([rows, blocks, block / 2], 81),
      scales: codes([rows, blocks], 82),
      scalesOfScales: constants(floats(ops.outerShape([rows, blocks]), 87, [-0.1, 0.1])),
    };
  }
  return {
    codes: codes([rows, blocks, format === "int8" ? block : block / 2], 81),
    scales: constants(floats([rows, blocks], 82, [-0.1, 0.1])),
  };
}

function matrixOf(format: ops.QuantizedFormat, values: Values): ops.QuantizedMatrix {
  const { codes, scales, scalesOfScales } = values;
  const matrix = { format, codes: codes as Value, scales: scales ?? null };
  return scalesOfScales === undefined ? matrix : { ...matrix, scalesOfScales };
}

/** Of those that tables of tokens are kept in. */
const tableFormats: readonly ops.QuantizedFormat[] = ops.quantizedFormats.filter(
  (format) => format !== "nf4-double",
);

function casesOf(
  format: ops.QuantizedFormat,
  rows: number,
  columns: number,
  block: number,
): Case[] {
  const matrix = parts(format, rows, columns, block);
  const what = `${format} [${rows}, ${columns}] in blocks of ${block}`;
  const ids = indices([2, 3], rows, 83);
  const rowsById = caseOf(
    `quantizedEmbedding of ${what}`,
    { ...matrix, ids },
    ({ ids, ...values }) => ops.quantizedEmbedding(matrixOf(format, values), ids!),
    { hasGradient: false },
  );
  return [
    caseOf(`dequantize of ${what}`, matrix, (values) => ops.dequantize(matrixOf(format, values)), {
      hasGradient: false,
    }),
    ...(tableFormats.includes(format) ? [rowsById] : []),
    ...[[1], [2, 3], [70]].flatMap((leading) =>
      [true, false].map((transpose) => {
        const x = floats([...leading, transpose ? columns : rows], 84);
        return caseOf(
          `quantizedMatmul of [${x.shape}] by ${what}${transpose ? ", transposed" : ""}`,
          { ...matrix, x },
          ({ x, ...values }) => ops.quantizedMatmul(x!, matrixOf(format, values), { transpose }),
        );
      }),
    ),
  ];
}

/** Large enough that the engine goes through it in several blocks of rows. */
const long = { rows: 4 * 1049, columns: 64 } as const;

const longCases = ops.quantizedFormats.flatMap((format) => {
  const matrix = parts(format, long.rows, long.columns, 32);
  return [true, false].map((transpose) => {
    const x = floats([2, transpose ? long.columns : long.rows], 85);
    return caseOf(
      `quantizedMatmul of ${product(x.shape)} numbers by ${format} of many rows${transpose ? ", transposed" : ""}`,
      { ...matrix, x },
      ({ x, ...values }) => ops.quantizedMatmul(x!, matrixOf(format, values), { transpose }),
    );
  });
});

const lossCases = tableFormats.flatMap((format) => {
  const inputs = {
    ...parts(format, 37, 64, 32),
    hidden: floats([7, 64], 86),
    targets: integers([3, -100, 36, 0, 5, -100, 12]),
  };
  const bias = constants(floats([37], 88));
  return [1, 3].flatMap((chunks) => [
    caseOf(
      `quantizedCrossEntropy over ${format} in ${chunks} chunks`,
      inputs,
      ({ hidden, targets, ...values }) => {
        const head = matrixOf(format, values);
        const loss = ops.quantizedCrossEntropy(hidden!, head, targets!, { chunks });
        return { lossSum: loss.lossSum, count: ops.detach(loss.count) };
      },
    ),
    caseOf(
      `quantizedCrossEntropy of capped logits with bias over ${format} in ${chunks} chunks`,
      { ...inputs, bias },
      ({ hidden, targets, bias, ...values }) => {
        const options = { chunks, bias: bias!, softcap: 2 };
        return ops.quantizedCrossEntropy(hidden!, matrixOf(format, values), targets!, options)
          .lossSum;
      },
    ),
  ]);
});

export const quantizedCases: readonly Case[] = [
  ...ops.quantizedFormats.flatMap((format) =>
    layouts.flatMap(([columns, block]) => casesOf(format, 15, columns, block)),
  ),
  ...longCases,
  ...lossCases,
];
