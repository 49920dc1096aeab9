import type { Area } from './Chart'
import styles from './charts.module.css'

export interface Tick {
  /** In pixels of the drawing. */
  at: number
  text: string
}

export function BottomAxis({ area, ticks, title }: { area: Area; ticks: readonly Tick[]; title?: string | undefined }) {
  return (
    <g className={styles.axis} aria-hidden="true">
      <line x1={area.left} x2={area.right} y1={area.bottom + 0.5} y2={area.bottom + 0.5} />
      {spaced(ticks, area).map((tick) => (
        <text key={tick.at} x={tick.at} y={area.bottom + 14} textAnchor={anchor(tick, area)}>
          {tick.text}
        </text>
      ))}
      {title && (
        <text className={styles.title} x={(area.left + area.right) / 2} y={area.bottom + 29} textAnchor="middle">
          {clipped(title, area.right - area.left)}
        </text>
      )}
    </g>
  )
}

export function LeftAxis({ area, ticks, title }: { area: Area; ticks: readonly Tick[]; title?: string | undefined }) {
  const middle = (area.top + area.bottom) / 2
  return (
    <g className={styles.axis} aria-hidden="true">
      {ticks.map((tick) => (
        <g key={tick.at}>
          <line className={styles.grid} x1={area.left} x2={area.right} y1={tick.at + 0.5} y2={tick.at + 0.5} />
          <text x={area.left - 6} y={tick.at + 3.5} textAnchor="end">
            {tick.text}
          </text>
        </g>
      ))}
      {title && (
        <text className={styles.title} transform={`translate(11 ${middle}) rotate(-90)`} textAnchor="middle">
          {clipped(title, area.bottom - area.top)}
        </text>
      )}
    </g>
  )
}

// Letters of the axes are 11 pixels high and about this wide.
const LETTER = 6.2

/** A text cut to so many pixels. */
export function clipped(text: string, pixels: number): string {
  const room = Math.max(2, Math.floor(pixels / LETTER))
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`
}

/** Without those that would run into the one before. */
function spaced(ticks: readonly Tick[], area: Area): Tick[] {
  const kept: Tick[] = []
  let free = -Infinity
  for (const tick of ticks) {
    const half = (tick.text.length * LETTER) / 2
    const start = anchor(tick, area) === 'start' ? tick.at : tick.at - half
    if (start < free) continue
    kept.push(tick)
    free = tick.at + half + 6
  }
  return kept
}

function anchor(tick: Tick, area: Area): 'start' | 'middle' | 'end' {
  const half = (tick.text.length * LETTER) / 2
  if (tick.at - half < 0) return 'start'
  return tick.at + half > area.width ? 'end' : 'middle'
}
