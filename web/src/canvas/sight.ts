/** Bringing what is looked at into what is seen of the canvas. */

export interface Box {
  left: number
  right: number
  top: number
  bottom: number
}

/** How far a part has to be moved to be seen, no farther; of what is larger than the room the beginning is seen. */
export function intoSight(part: Box, room: Box, margin: number): { x: number; y: number } {
  return {
    x: shift(part.left, part.right, room.left + margin, room.right - margin),
    y: shift(part.top, part.bottom, room.top + margin, room.bottom - margin),
  }
}

function shift(start: number, end: number, from: number, to: number): number {
  const back = Math.min(0, to - end)
  return start + back < from ? from - start : back
}
