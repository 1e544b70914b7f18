/** What can be fetched for the engines: wheels of Python's index, of which some files are kept. */

export interface WheelPart {
  /** The package's name in the index. */
  readonly package: string;
  /** The one that was tested. */
  readonly version: string;
  /** Where a file of the wheel goes within the folder; null where it is left out. */
  readonly place: (path: string) => string | null;
}

export interface Obtainable {
  readonly name: string;
  /** For people: what it is for. */
  readonly purpose: string;
  /** Within the folder of engines. */
  readonly folder: string;
  readonly parts: readonly WheelPart[];
}

/** Devices and formats of models that are not for us, and files for building against the library. */
const unwanted =
  /_(gpu|npu|auto|auto_batch|hetero)_plugin|(paddle|pytorch|tensorflow|tensorflow_lite|jax|gguf)_frontend|tbbbind|malloc_proxy|\.(json|pc|lib|cmake|xml)$/;

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Where wheels keep the licences of what they carry. */
const licence =
  /^[^/]+\.dist-info\/(?:licenses\/)?(?:.*\/)?(LICEN[CS]E[^/]*|NOTICE[^/]*|[^/]*third-party[^/]*)$/i;

const licencePlace = (path: string): string | null =>
  licence.test(path) ? `licences/${baseName(path)}` : null;

const openvino: Obtainable = {
  name: "openvino",
  purpose: "the engine openvino: bfloat16 on processors that have it",
  folder: "openvino",
  parts: [
    {
      package: "openvino",
      version: "2026.4.1",
      place: (path) => {
        const isLibrary = /^openvino\/libs\/[^/]+$/.test(path) && !unwanted.test(path);
        return isLibrary ? baseName(path) : licencePlace(path);
      },
    },
  ],
};

export const obtainables: readonly Obtainable[] = [openvino];

export const obtainableNames = (): string => obtainables.map(({ name }) => name).join(", ");
