import { area, curveMonotoneX, line } from 'd3-shape'

import styles from './charts.module.css'

interface Props {
  /** In even steps; null where nothing was measured. */
  values: readonly (number | null)[]
  /** What it shows, in a sentence. */
  label: string
  height?: number
  /** The top of the drawing; the greatest value unless told. */
  most?: number
  tone?: 'accent' | 'danger'
}

const WIDTH = 100

/** A line without axes, as wide as its place. */
export function Sparkline({ values, label, height = 32, most, tone = 'accent' }: Props) {
  const top = most ?? Math.max(0, ...values.map((value) => value ?? 0))
  const points = values.map((value, place) => ({
    value,
    x: values.length > 1 ? (place / (values.length - 1)) * WIDTH : WIDTH / 2,
  }))
  const y = (value: number | null) => height - 1.5 - ((value ?? 0) / (top || 1)) * (height - 4)
  const is = (point: { value: number | null }) => point.value !== null
  const stroke = line<(typeof points)[number]>()
    .defined(is)
    .x((point) => point.x)
    .y((point) => y(point.value))
    .curve(curveMonotoneX)
  const fill = area<(typeof points)[number]>()
    .defined(is)
    .x((point) => point.x)
    .y0(height)
    .y1((point) => y(point.value))
    .curve(curveMonotoneX)
  return (
    <svg
      className={styles.spark}
      data-tone={tone}
      viewBox={`0 0 ${WIDTH} ${height}`}
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path className={styles.sparkFill} d={fill(points) ?? ''} />
      <path className={styles.sparkLine} d={stroke(points) ?? ''} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}
