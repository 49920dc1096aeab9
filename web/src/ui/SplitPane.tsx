import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react'

import { recall, remember } from '../app/remembered'
import { classes } from './classes'
import styles from './SplitPane.module.css'

export interface SplitPaneProps {
  /** Under which this browser remembers the size. */
  name: string
  /** What the handle moves, for screen readers: "Width of the palette". */
  label: string
  direction?: 'row' | 'column'
  /** Which of the two has the size; the other takes the rest. */
  sized?: 'first' | 'second'
  /** In pixels. */
  size: number
  least?: number
  most?: number
  /** The sized one is away, and the handle with it. */
  isClosed?: boolean
  children: readonly [ReactNode, ReactNode]
}

const STEP = 16

/** Two panes with a handle between them, for the mouse and for arrow keys. */
export function SplitPane(props: SplitPaneProps) {
  const { name, label, direction = 'row', sized = 'first', least = 120, most = 900, isClosed = false, children } = props
  const [size, setSize] = useState(() => Number(recall(`split.${name}`)) || props.size)
  const box = useRef<HTMLDivElement>(null)
  const isRow = direction === 'row'
  const set = (wished: number) => {
    const whole = (isRow ? box.current?.clientWidth : box.current?.clientHeight) ?? most
    const next = Math.round(Math.max(least, Math.min(wished, most, whole - least)))
    setSize(next)
    remember(`split.${name}`, String(next))
  }
  const pane = (which: 'first' | 'second') =>
    which === sized ? (
      !isClosed && (
        <div className={styles.pane} style={isRow ? { inlineSize: size, maxInlineSize: '85%' } : { blockSize: size, maxBlockSize: '85%' }}>
          {children[which === 'first' ? 0 : 1]}
        </div>
      )
    ) : (
      <div className={classes(styles.pane, styles.rest)}>{children[which === 'first' ? 0 : 1]}</div>
    )
  return (
    <div ref={box} className={classes(styles.split, !isRow && styles.stacked)}>
      {pane('first')}
      {!isClosed && (
        <Handle label={label} isRow={isRow} isLast={sized === 'second'} size={size} least={least} most={most} onSize={set} initial={props.size} />
      )}
      {pane('second')}
    </div>
  )
}

interface HandleProps {
  label: string
  isRow: boolean
  isLast: boolean
  size: number
  least: number
  most: number
  initial: number
  onSize: (size: number) => void
}

function Handle({ label, isRow, isLast, size, least, most, initial, onSize }: HandleProps) {
  const start = useRef<{ at: number; size: number } | null>(null)
  const [isMoving, setMoving] = useState(false)
  const sign = (isLast ? -1 : 1) * (isRow && document.dir === 'rtl' ? -1 : 1)
  const at = (event: PointerEvent) => (isRow ? event.clientX : event.clientY)
  const grip = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    start.current = { at: at(event), size }
    setMoving(true)
  }
  const move = (event: PointerEvent) => {
    if (start.current) onSize(start.current.size + sign * (at(event) - start.current.at))
  }
  const release = () => {
    start.current = null
    setMoving(false)
  }
  const press = (event: KeyboardEvent) => {
    const [less, more] = isRow ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown']
    if (event.key === less) onSize(size - sign * STEP)
    else if (event.key === more) onSize(size + sign * STEP)
    else if (event.key === 'Home') onSize(least)
    else if (event.key === 'End') onSize(most)
    else return
    event.preventDefault()
  }
  return (
    // A separator that can be moved is a widget (WAI-ARIA 1.2), though the rule knows only the other kind.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      role="separator"
      aria-label={label}
      aria-orientation={isRow ? 'vertical' : 'horizontal'}
      aria-valuenow={size}
      aria-valuemin={least}
      aria-valuemax={most}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      data-moving={isMoving || undefined}
      className={styles.handle}
      onPointerDown={grip}
      onPointerMove={move}
      onPointerUp={release}
      onPointerCancel={release}
      onDoubleClick={() => onSize(initial)}
      onKeyDown={press}
    />
  )
}
