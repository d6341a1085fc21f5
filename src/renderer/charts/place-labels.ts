// Where labels go so that none lies on another, on a marker or outside its area. Pure geometry, pixels.

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export function overlaps(a: Box, b: Box, gap = 0): boolean {
  return (
    a.left < b.left + b.width + gap &&
    b.left < a.left + a.width + gap &&
    a.top < b.top + b.height + gap &&
    b.top < a.top + a.height + gap
  );
}

function isInside(box: Box, area: Box): boolean {
  return (
    box.left >= area.left &&
    box.top >= area.top &&
    box.left + box.width <= area.left + area.width &&
    box.top + box.height <= area.top + area.height
  );
}

export interface PointLabelRequest {
  /** Centre of the marker. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Above right, above left, right, left, below right, below left, above, below: towards free room beside a falling line. */
function candidates({ x, y, width, height }: PointLabelRequest): Box[] {
  const away = 10;
  const lefts = { right: x + away, left: x - away - width, centre: x - width / 2 };
  const tops = { above: y - away - height, level: y - height / 2, below: y + away };
  const places: [number, number][] = [
    [lefts.right, tops.above + 3],
    [lefts.right, tops.level],
    [lefts.left, tops.above + 3],
    [lefts.right, tops.below - 3],
    [lefts.left, tops.below - 3],
    [lefts.left, tops.level],
    [lefts.right, tops.above - 11],
    [lefts.left, tops.below + 11],
    [lefts.right, tops.below + 11],
    [lefts.left, tops.above - 11],
    [lefts.centre, tops.above - 14],
    [lefts.centre, tops.below + 14],
  ];
  return places.map(([left, top]) => ({ left, top, width, height }));
}

/**
 * A box for each label, or undefined where none fits: charts keep all points and thin only labels. `obstacles` are markers,
 * error bars and labels already placed. Earlier requests win.
 */
export function placePointLabels(
  requests: readonly PointLabelRequest[],
  obstacles: readonly Box[],
  area: Box,
): (Box | undefined)[] {
  const taken: Box[] = [...obstacles];
  return requests.map((request) => {
    const free = candidates(request).find(
      (box) => isInside(box, area) && !taken.some((other) => overlaps(box, other, 1)),
    );
    if (free !== undefined) taken.push(free);
    return free;
  });
}

/**
 * Labels in one column: each centre as near to its wish as the others let it, in the order of the wishes, `gap` apart,
 * between `top` and `bottom`. Returns the centres in the order given.
 */
export function spreadColumn(wishes: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = wishes.map((_, index) => index).sort((a, b) => wishes[a]! - wishes[b]! || a - b);
  const room = order.length > 1 ? Math.min(gap, (bottom - top) / (order.length - 1)) : gap;
  const placed: number[] = [];
  for (const index of order) placed.push(Math.max(wishes[index]!, (placed.at(-1) ?? -Infinity) + room, top));
  // Pulls the column back up where it ran over the bottom, then halves the drift of crowded groups.
  let limit = bottom;
  for (let place = placed.length - 1; place >= 0; place--) {
    placed[place] = Math.min(placed[place]!, limit);
    limit = placed[place]! - room;
  }
  centreGroups(
    placed,
    order.map((index) => wishes[index]!),
    room,
    top,
    bottom,
  );
  const centres = new Array<number>(wishes.length).fill(0);
  for (const [place, index] of order.entries()) centres[index] = placed[place]!;
  return centres;
}

/** Labels that touch form a group: the group moves so that its labels lie around their wishes, not all below them. */
function centreGroups(placed: number[], wishes: readonly number[], room: number, top: number, bottom: number): void {
  let start = 0;
  while (start < placed.length) {
    let end = start;
    while (end + 1 < placed.length && placed[end + 1]! - placed[end]! <= room + 1e-6) end++;
    const drift =
      placed.slice(start, end + 1).reduce((sum, y, index) => sum + (y - wishes[start + index]!), 0) / (end - start + 1);
    const above = start === 0 ? top : placed[start - 1]! + room;
    const below = end + 1 < placed.length ? placed[end + 1]! - room : bottom;
    const shift = Math.min(Math.max(-drift, above - placed[start]!), below - placed[end]!);
    for (let index = start; index <= end; index++) placed[index] = placed[index]! + shift;
    start = end + 1;
  }
}
