/**
 * In what the two families of MPI differ for a caller who has no `mpi.h`. The standard fixes names and
 * arguments of the functions, not how handles look: in Open MPI a handle is the address of an object
 * that the library exports, in MPICH and what is binary compatible with it (Intel MPI, MVAPICH, Cray
 * MPICH) a number of 32 bits. Sizes and special addresses differ, too.
 *
 * |                      | Open MPI 2 to 5                  | MPICH 3.1 to 4            |
 * |----------------------|----------------------------------|---------------------------|
 * | handle               | address of `ompi_mpi_comm_world` | `int`, as `0x44000000`    |
 * | `MPI_IN_PLACE`       | address 1                        | address -1                |
 * | `MPI_STATUS_IGNORE`  | address 0                        | address 1                 |
 * | `MPI_Status`         | 24 bytes                         | 20 bytes                  |
 * | library version      | at most 256 bytes                | at most 8192 bytes        |
 */

export type AbiName = "open-mpi" | "mpich";

/** A handle as koffi takes it. */
export type Handle = bigint | number;

export const handleNames = [
  "world",
  "float32",
  "float64",
  "int32",
  "byte",
  "sum",
  "max",
  "min",
  "errorsReturn",
] as const;

export type HandleName = (typeof handleNames)[number];

export interface Abi {
  readonly name: AbiName;
  /** koffi's type of a handle. */
  readonly handleType: "uintptr_t" | "int";
  /** Bytes of a handle that a function writes, as that of a request. */
  readonly handleBytes: 8 | 4;
  readonly inPlace: bigint;
  readonly ignoreStatus: bigint;
  /** The name of the exported object, or the number itself. */
  readonly handles: Readonly<Record<HandleName, string | number>>;
}

export const openMpi: Abi = {
  name: "open-mpi",
  handleType: "uintptr_t",
  handleBytes: 8,
  inPlace: 1n,
  ignoreStatus: 0n,
  handles: {
    world: "ompi_mpi_comm_world",
    float32: "ompi_mpi_float",
    float64: "ompi_mpi_double",
    int32: "ompi_mpi_int",
    byte: "ompi_mpi_byte",
    sum: "ompi_mpi_op_sum",
    max: "ompi_mpi_op_max",
    min: "ompi_mpi_op_min",
    errorsReturn: "ompi_mpi_errors_return",
  },
};

export const mpich: Abi = {
  name: "mpich",
  handleType: "int",
  handleBytes: 4,
  inPlace: 2n ** 64n - 1n,
  ignoreStatus: 1n,
  handles: {
    world: 0x44000000,
    float32: 0x4c00040a,
    float64: 0x4c00080b,
    int32: 0x4c000405,
    byte: 0x4c00010d,
    sum: 0x58000003,
    max: 0x58000001,
    min: 0x58000002,
    errorsReturn: 0x54000001,
  },
};

/** Large enough for either: MPICH's 8192 bytes. */
export const versionBytes = 8192;

/** What a library says of itself. */
export interface MpiVersion {
  /** As `Open MPI`. */
  readonly product: string;
  /** As `4.1.4`. */
  readonly version: string;
  readonly abi: Abi;
}

const products = [
  { pattern: /^Open MPI v?(\d[\w.]*)/, product: "Open MPI", abi: openMpi, oldest: 2 },
  { pattern: /^MPICH Version:\s*(\d[\w.]*)/, product: "MPICH", abi: mpich, oldest: 3 },
  { pattern: /^MVAPICH\d* Version\s*:\s*(\d[\w.]*)/, product: "MVAPICH", abi: mpich, oldest: 2 },
  { pattern: /^Intel\(R\) MPI Library (\d[\w.]*)/, product: "Intel MPI", abi: mpich, oldest: 5 },
  {
    pattern: /^MPI VERSION\s*:\s*CRAY MPICH version (\d[\w.]*)/,
    product: "Cray MPICH",
    abi: mpich,
    oldest: 7,
  },
] as const;

/**
 * Which build a library is, by the text of `MPI_Get_library_version`; null for one that is not known, or
 * is older than the binary interface that it shares with the others.
 */
export function readVersion(text: string): MpiVersion | null {
  for (const { pattern, product, abi, oldest } of products) {
    const version = pattern.exec(text.trim())?.[1];
    if (version === undefined) continue;
    return Number.parseInt(version, 10) >= oldest ? { product, version, abi } : null;
  }
  return null;
}
