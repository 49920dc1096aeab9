/** What is dragged from the palette, as the browser carries it. */
import type { DragEvent } from 'react'

import type { Item } from '../palette/items'

export const ITEM_TYPE = 'application/x-bottega-item'

// A drag never leaves the page, so the item itself waits here; the browser carries its key alone.
let dragged: Item | null = null

export function beginDrag(event: DragEvent, item: Item): void {
  dragged = item
  event.dataTransfer.setData(ITEM_TYPE, item.key)
  event.dataTransfer.effectAllowed = 'copy'
}

export function itemOfDrag(event: DragEvent): Item | null {
  return dragged?.key === event.dataTransfer.getData(ITEM_TYPE) ? dragged : null
}
