/** The wire below a point of the page, whatever lies over it; null for none. */
export function wireAt(x: number, y: number): string | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const edge = element.closest('.react-flow__edge')
    const id = edge?.getAttribute('data-id')
    if (id && !edge?.classList.contains('service')) return id
  }
  return null
}

/** The wire that a node lies on. */
export function wireBelow(node: Element): string | null {
  const { x, y, width, height } = node.getBoundingClientRect()
  for (const [dx, dy] of [[0.5, 0.5], [0.5, 0.2], [0.5, 0.8], [0.25, 0.5], [0.75, 0.5]] as const) {
    const found = wireAt(x + dx * width, y + dy * height)
    if (found) return found
  }
  return null
}
