/** The image of a path under an affine map. */
import type { Matrix } from "../read/matrix.ts";
import { mirrors, transformEllipse } from "./arc.ts";
import { SegmentList, segment, segmentLength } from "./segments.ts";

export function mapSegments(segments: SegmentList, m: Matrix): SegmentList {
  const image = new SegmentList();
  const { types, values } = segments;
  let at = 0;
  for (let i = 0; i < segments.count; i++) {
    const type = types[i]!;
    const end = at + segmentLength[type]!;
    const to = image.append(type);
    if (type === segment.arc) {
      const [rx, ry] = [Math.abs(values[at]!), Math.abs(values[at + 1]!)];
      const ellipse = transformEllipse({ rx, ry, rotation: values[at + 2]! }, m);
      const sweep = (values[at + 4] === 1) !== mirrors(m);
      const arc = [ellipse.rx, ellipse.ry, ellipse.rotation, values[at + 3]!, sweep ? 1 : 0];
      image.values.set(arc, to);
    }
    for (let j = type === segment.arc ? at + 5 : at; j < end; j += 2) {
      const [x, y] = [values[j]!, values[j + 1]!];
      image.values[to + j - at] = m.a * x + m.c * y + m.e;
      image.values[to + j - at + 1] = m.b * x + m.d * y + m.f;
    }
    at = end;
  }
  return image;
}
