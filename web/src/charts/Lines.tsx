import { line } from 'd3-shape'

import { BottomAxis, LeftAxis } from './Axes'
import { type Area, Chart, Drawing } from './Chart'
import styles from './charts.module.css'
import { measure } from './format'
import type { Point } from './Scatter'
import { type Domain, type Scale, even, extent } from './scales'
import { useCursor } from './useCursor'

export interface Series {
  name: string
  points: readonly Point[]
  /** A point to mark, such as the one of a threshold. */
  mark?: Point | undefined
}

interface Props {
  label: string
  series: readonly Series[]
  x: string
  y: string
  height?: number
  domain?: { x?: Domain; y?: Domain }
  /** A dashed line from one point to another, to compare with. */
  reference?: readonly [Point, Point]
  text?: (value: number) => string
  /** Stands below it until something is pointed at. */
  hint?: string | undefined
}

/** Lines over one pair of axes, told apart by colour and dashes. */
export function Lines({ height = 260, ...props }: Props) {
  return (
    <Chart height={height} margin={{ left: 58, right: 12, top: 8, bottom: 36 }}>
      {(area) => <Plot {...props} area={area} />}
    </Chart>
  )
}

function Plot({ label, hint, series, x: across, y: up, domain = {}, reference, text, area }: Props & { area: Area }) {
  const all = series.flatMap((each) => each.points)
  const wanted = text ? { text } : {}
  const x = even(
    domain.x ?? extent(all.map((point) => point[0])),
    [area.left, area.right],
    Math.max(2, Math.floor(area.width / 80)),
    wanted,
  )
  const y = even(
    domain.y ?? extent(all.map((point) => point[1])),
    [area.bottom, area.top],
    5,
    domain.y ? wanted : { ...wanted, nice: true },
  )
  const first = series.find((each) => each.points.length)?.points ?? []
  const cursor = useCursor(first.length, (left) => nearest(first, x, left))
  const at = cursor.at === null ? undefined : first[cursor.at]
  const path = line<Point>(
    (point) => x.at(point[0]),
    (point) => y.at(point[1]),
  )
  return (
    <Drawing label={label} area={area} cursor={cursor} hint={hint} told={at && told(series, at[0], across, up, text ?? measure)}>
      <LeftAxis area={area} ticks={y.ticks} title={up} />
      {reference && (
        <line
          className={styles.reference}
          x1={x.at(reference[0][0])}
          y1={y.at(reference[0][1])}
          x2={x.at(reference[1][0])}
          y2={y.at(reference[1][1])}
        />
      )}
      {series.map((each, place) => (
        <path key={place} className={styles.line} data-series={place + 1} d={path([...each.points]) ?? ''} />
      ))}
      {at && <line className={styles.cursor} x1={x.at(at[0])} x2={x.at(at[0])} y1={area.top} y2={area.bottom} />}
      {series.map(
        (each, place) =>
          each.mark && (
            <circle
              key={place}
              className={styles.mark}
              data-series={place + 1}
              cx={x.at(each.mark[0])}
              cy={y.at(each.mark[1])}
              r={5}
            />
          ),
      )}
      <BottomAxis area={area} ticks={x.ticks} title={across} />
    </Drawing>
  )
}

function nearest(points: readonly Point[], x: Scale, left: number): number | null {
  let best: number | null = null
  let least = Infinity
  points.forEach((point, place) => {
    const away = Math.abs(x.at(point[0]) - left)
    if (away < least) [best, least] = [place, away]
  })
  return best
}

/** What every line has nearest to there. */
function told(series: readonly Series[], value: number, across: string, up: string, text: (value: number) => string): string {
  const parts = series.map((each) => {
    const point = each.points.reduce<Point | undefined>(
      (best, next) => (!best || Math.abs(next[0] - value) < Math.abs(best[0] - value) ? next : best),
      undefined,
    )
    return point ? `${series.length > 1 ? `${each.name}: ` : `${up} `}${text(point[1])}` : ''
  })
  return `${across} ${text(value)} · ${parts.filter(Boolean).join(' · ')}`
}

/** What line is whose. */
export function Legend({ names }: { names: readonly string[] }) {
  return (
    <ul className={styles.legend}>
      {names.map((name, place) => (
        <li key={place}>
          <svg width="22" height="10" aria-hidden="true">
            <line className={styles.line} data-series={place + 1} x1="0" x2="22" y1="5" y2="5" />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  )
}
