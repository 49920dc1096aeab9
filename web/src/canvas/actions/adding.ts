/** Putting things on the canvas. */
import { t } from '@lingui/core/macro'

import { addNode, connect } from '../../document/edits'
import { freshId, idOfModule, slug } from '../../document/ids'
import { free, NODE_HEIGHT, NODE_WIDTH, placed } from '../../document/layout'
import { type Experiment, own, type Place } from '../../document/types'
import { fitting, type Item } from '../../palette/items'
import { templateOf } from '../../palette/templates'
import type { AddRequest, Begin } from '../view'
import type { Basis } from './basis'
import type { Wiring } from './wiring'

const GRID = 8
const onGrid = (pixels: number) => Math.round(pixels / GRID) * GRID

export function adding({ view, catalogue, state, doc, apply, moduleAt, middle, elementOf, belowCentre }: Basis, { spliceIn }: Wiring) {
  const isFit = (item: Item, from: Begin) => fitting([item], from, '', catalogue).length > 0

  /** The list of what can be added, at the pointer or below what is chosen. */
  const openAdd = (request: Partial<AddRequest> = {}) => {
    if (state().isReadOnly) return
    const id = state().selection.at(-1)
    const port = id ? moduleAt(id)?.outputs[0] : undefined
    const follows = request.place === undefined && id !== undefined && port !== undefined
    const box = follows ? elementOf(id)?.getBoundingClientRect() : undefined
    const screen = box ? { x: box.x + box.width / 2, y: box.bottom + 12 } : middle().screen
    const place = follows ? belowCentre(id) : middle().place
    const from: Begin | null = follows ? { node: id, port, side: 'outputs' } : null
    view.setState({ mode: 'canvas', adding: { place, screen, from, ...request } })
  }

  /** Put an item on the canvas, wired to the port that it was asked for; gives the new node. */
  const add = (item: Item, place: Place, from: Begin | null = null): string => {
    const title = catalogue.find(item.module)?.title ?? item.title
    const wish = Object.keys(item.parameters).length ? slug(item.title) : idOfModule(item.module)
    const id = freshId(wish, (each) => own(doc().nodes, each) !== undefined)
    const [fit] = from ? fitting([item], from, moduleAt(from.node)?.name ?? '', catalogue) : []
    const start: Place = [onGrid(place[0] - NODE_WIDTH / 2), onGrid(place[1])]
    const edit = (experiment: Experiment) => {
      const spot = free(start, Object.values(placed(experiment)))
      const grown = addNode(experiment, id, { module: item.module, parameters: { ...templateOf(item.module), ...item.parameters } }, spot)
      if (!from || !fit?.port) return grown
      return from.side === 'outputs'
        ? connect(grown, id, fit.port.name, { node: from.node, port: from.port.name })
        : connect(grown, from.node, from.port.name, { node: id, port: fit.port.name })
    }
    apply(edit, t`add ${title}`, { select: { selection: [id] }, merge: `splice ${id}` })
    view.setState({ right: 'properties' })
    return id
  }

  /** From the palette by keyboard: after what is chosen, wired to it where that fits. */
  const addNext = (item: Item): string => {
    const id = state().selection.at(-1)
    if (id === undefined) return add(item, middle().place)
    const port = moduleAt(id)?.outputs.find((each) => isFit(item, { node: id, port: each, side: 'outputs' }))
    return add(item, belowCentre(id), port ? { node: id, port, side: 'outputs' } : null)
  }

  /** Drop an item on the canvas; on a wire it is spliced in. */
  const drop = (item: Item, place: Place, wire: string | null) => {
    const id = add(item, [place[0], place[1] - NODE_HEIGHT / 2])
    if (wire) spliceIn(id, wire)
  }

  return { openAdd, add, addNext, drop }
}
