/** What all actions of an editor begin with. */
import { moduleOf } from '../../document/graph'
import { below, NODE_WIDTH } from '../../document/layout'
import type { EditorState } from '../../document/store'
import { own, type Place } from '../../document/types'
import type { EditorHandle } from '../context'

const MARGIN = 24

export interface Screen {
  x: number
  y: number
}

export type Basis = ReturnType<typeof basis>

export function basis(handle: EditorHandle) {
  const { store, view, catalogue, flow } = handle
  const state = () => store.getState()
  const doc = () => state().document
  const apply: EditorState['apply'] = (...args) => state().apply(...args)
  const moduleAt = (id: string) => moduleOf(own(doc().nodes, id), catalogue)

  const placeAt = (screen: Screen): Place => {
    const at = flow.current?.screenToFlowPosition(screen) ?? screen
    return [at.x, at.y]
  }
  /** The middle of what is seen of the canvas, and where that is on the page. */
  const middle = (): { screen: Screen; place: Place } => {
    const box = document.querySelector('[data-canvas]')?.getBoundingClientRect()
    const screen = box ? { x: box.x + box.width / 2, y: box.y + box.height / 3 } : { x: 400, y: 300 }
    return { screen, place: placeAt(screen) }
  }
  /** The upper left of what is seen, where graphs seldom reach. */
  const corner = (): Place => {
    const box = document.querySelector('[data-canvas]')?.getBoundingClientRect()
    return placeAt({ x: (box?.x ?? 0) + MARGIN, y: (box?.y ?? 0) + MARGIN })
  }
  const elementOf = (id: string) => document.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`)
  /** Let the keyboard go on from a node, once it is drawn. */
  const focus = (id: string) => {
    requestAnimationFrame(() => setTimeout(() => elementOf(id)?.focus({ preventScroll: true })))
  }
  /** Where no node is left to go on from. */
  const focusCanvas = () => document.querySelector<HTMLElement>('[data-canvas], [data-outline] [role="treegrid"]')?.focus({ preventScroll: true })
  const belowCentre = (id: string): Place => {
    const [x, y] = below(doc(), id)
    return [x + NODE_WIDTH / 2, y]
  }
  return { view, catalogue, flow, state, doc, apply, moduleAt, placeAt, middle, corner, elementOf, focus, focusCanvas, belowCentre }
}

/** Read out by screen readers. */
export function announce(text: string): void {
  const region = document.getElementById('canvas-says')
  if (region) region.textContent = text
}
