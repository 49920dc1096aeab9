import { type KeyboardEvent, type PointerEvent, useState } from 'react'

export interface Cursor {
  at: number | null
  /** For the drawing: pointer and arrow keys alike move it. */
  props: {
    tabIndex: 0
    onPointerMove: (event: PointerEvent<SVGSVGElement>) => void
    onPointerLeave: () => void
    onKeyDown: (event: KeyboardEvent) => void
    onBlur: () => void
  }
}

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, PageUp: -10, PageDown: 10 }

/** Which of `count` things in a row a person looks at; `find` tells the one under a point of the drawing. */
export function useCursor(count: number, find: (x: number, y: number) => number | null): Cursor {
  const [at, setAt] = useState<number | null>(null)
  const within = (place: number) => Math.max(0, Math.min(count - 1, place))

  function onKeyDown(event: KeyboardEvent) {
    const step = STEPS[event.key]
    if (step !== undefined) setAt(at === null ? (step > 0 ? 0 : within(count - 1)) : within(at + step))
    else if (event.key === 'Home') setAt(0)
    else if (event.key === 'End') setAt(within(count - 1))
    else if (event.key === 'Escape' && at !== null) setAt(null)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  function onPointerMove(event: PointerEvent<SVGSVGElement>) {
    const box = event.currentTarget.getBoundingClientRect()
    setAt(find(event.clientX - box.left, event.clientY - box.top))
  }

  return {
    at: at !== null && at < count ? at : null,
    props: { tabIndex: 0, onPointerMove, onPointerLeave: () => setAt(null), onKeyDown, onBlur: () => setAt(null) },
  }
}
