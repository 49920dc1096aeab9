import { type RefObject, type UIEvent, useLayoutEffect, useRef, useState } from 'react'

/** What is seen of a scrolled area: from where on, and how much. */
export interface View {
  left: number
  top: number
  width: number
  height: number
}

interface Scroller {
  ref: RefObject<HTMLDivElement | null>
  view: View
  onScroll: (event: UIEvent) => void
  /** Scroll to where a position leads. */
  scroll: (lead: (from: Position) => Position) => void
}

export interface Position {
  left: number
  top: number
}

export function useView(): Scroller {
  const ref = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<View>({ left: 0, top: 0, width: 0, height: 0 })
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const measured = () => setView((before) => ({ ...before, width: element.clientWidth, height: element.clientHeight }))
    const observer = new ResizeObserver(measured)
    observer.observe(element)
    measured()
    return () => observer.disconnect()
  }, [])
  const onScroll = ({ currentTarget: { scrollTop, scrollLeft } }: UIEvent) =>
    setView((before) => ({ ...before, top: scrollTop, left: scrollLeft }))
  const scroll = (lead: (from: Position) => Position) => {
    const element = ref.current
    if (!element) return
    const to = lead({ left: element.scrollLeft, top: element.scrollTop })
    element.scrollTop = to.top
    element.scrollLeft = to.left
  }
  return { ref, view, onScroll, scroll }
}
