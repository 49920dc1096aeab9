import { BottomAxis, LeftAxis } from './Axes'
import { type Area, Chart, Drawing } from './Chart'
import styles from './charts.module.css'
import { measure } from './format'
import { type Domain, type Scale, even, extent } from './scales'
import { useCursor } from './useCursor'

export type Point = readonly [number, number]

/** How the values of an axis read and lie, where they are no plain numbers. */
export interface Axis {
  text: (value: number) => string
  scale: (domain: Domain, range: Domain) => Scale
}

interface Props {
  label: string
  points: readonly Point[]
  x: string
  y: string
  axes?: { x: Axis; y: Axis }
  height?: number
  /** With the line on which both are equal. */
  isIdentity?: boolean
  /** Stands below it until something is pointed at. */
  hint?: string | undefined
}

const REACH = 12

/** Points; those of one drawing are one path, so that thousands cost nothing. */
export function Scatter({ height = 260, ...props }: Props) {
  const margin = { left: 62, right: 12, top: 8, bottom: 36 }
  return (
    <Chart height={height} margin={margin}>
      {(area) => <Plot {...props} area={area} />}
    </Chart>
  )
}

function Plot({ label, hint, points, x: across, y: up, axes, isIdentity = false, area }: Props & { area: Area }) {
  const all = isIdentity ? extent(points.flat()) : null
  const [acrossDomain, upDomain] = [
    all ?? extent(points.map((point) => point[0])),
    all ?? extent(points.map((point) => point[1])),
  ]
  const [width, height]: [Domain, Domain] = [
    [area.left, area.right],
    [area.bottom, area.top],
  ]
  const x = axes
    ? axes.x.scale(acrossDomain, width)
    : even(acrossDomain, width, Math.max(2, Math.floor(area.width / 90)), { nice: true })
  const y = axes ? axes.y.scale(upDomain, height) : even(upDomain, height, 5, { nice: true })
  const text = (value: number, axis?: Axis) => (axis?.text ?? measure)(value)
  const ordered = [...points].sort((one, other) => one[0] - other[0])
  const cursor = useCursor(ordered.length, (left, top) => nearest(ordered, x, y, left, top))
  const at = cursor.at === null ? undefined : ordered[cursor.at]
  const path = ordered.map(([one, other]) => `M${x.at(one).toFixed(1)} ${y.at(other).toFixed(1)}h0`).join('')
  return (
    <Drawing
      label={label}
      area={area}
      cursor={cursor}
      hint={hint}
      told={at && `${across}: ${text(at[0], axes?.x)} · ${up}: ${text(at[1], axes?.y)}`}
    >
      <LeftAxis area={area} ticks={y.ticks} title={up} />
      {isIdentity && all && (
        <line className={styles.reference} x1={x.at(all[0])} y1={y.at(all[0])} x2={x.at(all[1])} y2={y.at(all[1])} />
      )}
      <path className={styles.points} d={path} />
      {at && <circle className={styles.pointAt} cx={x.at(at[0])} cy={y.at(at[1])} r={4.5} />}
      <BottomAxis area={area} ticks={x.ticks} title={across} />
    </Drawing>
  )
}

function nearest(points: readonly Point[], x: Scale, y: Scale, left: number, top: number): number | null {
  let best: number | null = null
  let least = REACH ** 2
  points.forEach((point, place) => {
    const away = (x.at(point[0]) - left) ** 2 + (y.at(point[1]) - top) ** 2
    if (away < least) [best, least] = [place, away]
  })
  return best
}
