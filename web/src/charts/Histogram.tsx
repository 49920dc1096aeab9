import { t } from '@lingui/core/macro'

import { BottomAxis, LeftAxis } from './Axes'
import { type Area, Chart, Drawing } from './Chart'
import styles from './charts.module.css'
import { count, percent } from './format'
import { type Domain, type Scale, even, logCounts } from './scales'
import { useCursor } from './useCursor'

export interface Bins {
  /** One more than counts, ascending. */
  edges: readonly number[]
  counts: readonly number[]
}

interface Props {
  label: string
  bins: Bins
  height?: number
  /** Counts on a scale of powers of ten. */
  logarithmic?: boolean
  /** How an edge reads; numbers as they are unless told. */
  text: (edge: number) => string
  /** The scale of the edges, where it is not an even one of numbers. */
  scale?: (domain: Domain, range: Domain) => Scale
  title?: string
  /** Stands below it until something is pointed at. */
  hint?: string | undefined
}

export function Histogram({ height = 180, ...props }: Props) {
  const margin = { left: 48, right: 10, top: 8, bottom: props.title ? 36 : 22 }
  return (
    <Chart height={height} margin={margin}>
      {(area) => <Plot {...props} area={area} />}
    </Chart>
  )
}

function Plot({ label, hint, bins, logarithmic = false, text, scale, title, area }: Props & { area: Area }) {
  const [low, high] = [bins.edges[0] ?? 0, bins.edges.at(-1) ?? 1]
  const range: Domain = [area.left, area.right]
  const x = scale ? scale([low, high], range) : even([low, high], range, Math.max(2, Math.floor(area.width / 80)))
  const most = Math.max(1, ...bins.counts)
  const upright: Domain = [area.bottom, area.top]
  const y = logarithmic ? logCounts(most, upright) : even([0, most], upright, 4, { nice: true })
  const isSingle = low === high
  const sides = (place: number): Domain =>
    isSingle
      ? [area.left + (area.right - area.left) * 0.4, area.left + (area.right - area.left) * 0.6]
      : [x.at(bins.edges[place] ?? low), x.at(bins.edges[place + 1] ?? high)]

  const cursor = useCursor(bins.counts.length, (pixel) => {
    const found = bins.counts.findIndex((_, place) => pixel >= sides(place)[0] && pixel <= sides(place)[1])
    return found < 0 ? null : found
  })
  const total = bins.counts.reduce((sum, each) => sum + each, 0)
  return (
    <Drawing
      label={label}
      area={area}
      cursor={cursor}
      hint={hint}
      told={cursor.at === null ? undefined : told(bins, cursor.at, total, text)}
    >
      <LeftAxis area={area} ticks={y.ticks} />
      {bins.counts.map((each, place) => {
        const [from, to] = sides(place)
        const top = each ? Math.min(y.at(each), area.bottom - 1.5) : area.bottom
        return (
          <rect
            key={place}
            className={place === cursor.at ? styles.barAt : styles.bar}
            x={from + 0.5}
            width={Math.max(to - from - 1, 0.8)}
            y={top}
            height={area.bottom - top}
          />
        )
      })}
      <BottomAxis
        area={area}
        ticks={isSingle ? [{ at: (area.left + area.right) / 2, text: text(low) }] : x.ticks}
        title={title}
      />
    </Drawing>
  )
}

function told(bins: Bins, place: number, total: number, text: (edge: number) => string): string {
  const [from, to] = [bins.edges[place] ?? 0, bins.edges[place + 1] ?? 0]
  const many = count(bins.counts[place] ?? 0)
  const share = percent((bins.counts[place] ?? 0) / (total || 1))
  if (from === to) return t`${text(from)}: ${many} (${share})`
  return t`${text(from)} to ${text(to)}: ${many} (${share})`
}
