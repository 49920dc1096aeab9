import { type ReactNode, useId } from 'react'

import type { Cursor } from './useCursor'
import styles from './charts.module.css'
import { useWidth } from './useWidth'

export interface Box {
  left: number
  right: number
  top: number
  bottom: number
}

/** Where the drawing is and how large: `left`–`right` and `top`–`bottom` are the plot within its axes. */
export interface Area extends Box {
  width: number
  height: number
}

export const MARGIN: Box = { left: 44, right: 10, top: 8, bottom: 22 }

interface Props {
  height: number
  margin?: Box
  children: (area: Area) => ReactNode
}

interface DrawingProps {
  /** What it shows, in a sentence: all that a screen reader hears of the drawing until the cursor moves. */
  label: string
  area: Area
  cursor?: Cursor | undefined
  /** What is under the cursor, in words; `hint` stands there while nothing is. */
  told?: string | undefined
  hint?: string | undefined
  children: ReactNode
}

/** A drawing as wide as its place. */
export function Chart({ height, margin = MARGIN, children }: Props) {
  const [ref, width] = useWidth<HTMLDivElement>()
  const area: Area = {
    width,
    height,
    left: margin.left,
    right: Math.max(width - margin.right, margin.left + 1),
    top: margin.top,
    bottom: height - margin.bottom,
  }
  return (
    <div ref={ref} className={styles.chart} style={{ minHeight: height }}>
      {width > 0 && children(area)}
    </div>
  )
}

/** The drawing itself, with what the cursor is at told below it. */
export function Drawing({ label, area, cursor, told, hint, children }: DrawingProps) {
  const id = useId()
  return (
    <>
      <svg
        className={styles.drawing}
        width={area.width}
        height={area.height}
        role="img"
        aria-label={label}
        aria-describedby={cursor ? id : undefined}
        {...cursor?.props}
      >
        {children}
      </svg>
      {cursor && (
        <div id={id} className={styles.told} aria-live="polite">
          {told ?? hint ?? ' '}
        </div>
      )}
    </>
  )
}
