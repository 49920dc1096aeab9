/** A graph as a small picture: boxes and wires in a frame of their own size. */
import type { Graph } from '../api/experiments'

const NODE = { width: 220, height: 56 }
const MARGIN = 24
// Few nodes are drawn no larger than many.
const LEAST = { width: 900, height: 540 }

export interface Picture {
  viewBox: string
  boxes: { id: string; x: number; y: number }[]
  wires: string[]
}

export const box = NODE

export function picture({ nodes, edges }: Graph): Picture {
  const places = new Map(nodes.map((node) => [node.id, node]))
  const wires = edges.flatMap(([from, to]) => {
    const [a, b] = [places.get(from), places.get(to)]
    return a && b ? [wire(a.x + NODE.width / 2, a.y + NODE.height, b.x + NODE.width / 2, b.y)] : []
  })
  return { viewBox: frame(nodes), boxes: nodes.map(({ id, x, y }) => ({ id, x, y })), wires }
}

function wire(x1: number, y1: number, x2: number, y2: number): string {
  const bend = Math.max(Math.abs(y2 - y1) / 2, 20)
  return `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`
}

function frame(nodes: Graph['nodes']): string {
  const xs = nodes.map(({ x }) => x)
  const ys = nodes.map(({ y }) => y)
  const [left, top] = [Math.min(...xs), Math.min(...ys)]
  const width = Math.max(...xs) - left + NODE.width + 2 * MARGIN
  const height = Math.max(...ys) - top + NODE.height + 2 * MARGIN
  const [wide, high] = [Math.max(width, LEAST.width), Math.max(height, LEAST.height)]
  return [left - MARGIN - (wide - width) / 2, top - MARGIN - (high - height) / 2, wide, high].join(' ')
}
