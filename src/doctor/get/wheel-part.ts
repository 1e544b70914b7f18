/** What is kept of a wheel of Python's index. */

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

export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Where wheels keep the licences of what they carry. */
const licence =
  /^([^/]+)-[^-/]+\.dist-info\/(?:licenses\/)?(?:.*\/)?(LICEN[CS]E[^/]*|(?:[^/]*_)?NOTICES?[^/]*|License\.txt|[^/]*third-party[^/]*)$/i;

/** Null of what is no licence. */
export function licencePlace(path: string): string | null {
  return licence.test(path) ? `licences/${baseName(path)}` : null;
}

/** With the package's name, where a folder holds several. */
export function licencePlaceOf(path: string): string | null {
  const found = licence.exec(path);
  return found === null ? null : `licences/${found[1]}/${found[2]}`;
}
