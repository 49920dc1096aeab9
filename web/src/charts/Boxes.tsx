import { t } from '@lingui/core/macro'

import { BottomAxis, clipped } from './Axes'
import { type Area, Chart, Drawing } from './Chart'
import styles from './charts.module.css'
import { count, measure } from './format'
import { type Domain, type Scale, even, extent } from './scales'
import { useCursor } from './useCursor'

/** What a box plot draws: quartiles, and whiskers to the last values within 1.5 box lengths. */
export interface BoxOf {
  name: string
  count: number
  min: number
  low: number
  q1: number
  median: number
  q3: number
  high: number
  max: number
  mean: number | null
}

interface Props {
  label: string
  boxes: readonly BoxOf[]
  text?: (value: number) => string
  /** The scale of the values, where it is not an even one of numbers. */
  scale?: (domain: Domain, range: Domain) => Scale
  title?: string | undefined
  /** Stands below it until something is pointed at. */
  hint?: string | undefined
}

const LANE = 34

/** One or more box plots over one scale, lying. */
export function Boxes(props: Props) {
  const isNamed = props.boxes.length > 1 || Boolean(props.boxes[0]?.name)
  const margin = { left: isNamed ? 116 : 14, right: 14, top: 6, bottom: props.title ? 36 : 22 }
  return (
    <Chart height={props.boxes.length * LANE + margin.top + margin.bottom} margin={margin}>
      {(area) => <Plot {...props} area={area} isNamed={isNamed} />}
    </Chart>
  )
}

function Plot({ label, hint, boxes, text = measure, scale, title, area, isNamed }: Props & { area: Area; isNamed: boolean }) {
  const domain = extent(boxes.flatMap((box) => [box.min, box.max]))
  const range: Domain = [area.left, area.right]
  const x = scale
    ? scale(domain, range)
    : even(domain, range, Math.max(2, Math.floor((area.right - area.left) / 70)), { nice: true })
  const cursor = useCursor(boxes.length, (_, pixel) => {
    const place = Math.floor((pixel - area.top) / LANE)
    return place >= 0 && place < boxes.length ? place : null
  })
  const chosen = cursor.at === null ? undefined : boxes[cursor.at]
  return (
    <Drawing label={label} area={area} cursor={cursor} hint={hint} told={chosen && told(chosen, text)}>
      <g className={styles.axis} aria-hidden="true">
        {x.ticks.map((tick) => (
          <line key={tick.at} className={styles.grid} x1={tick.at} x2={tick.at} y1={area.top} y2={area.bottom} />
        ))}
      </g>
      {boxes.map((box, place) => (
        <OneBox
          key={place}
          box={box}
          at={x.at}
          middle={area.top + place * LANE + LANE / 2}
          isAt={place === cursor.at}
          name={isNamed ? clipped(box.name, area.left - 12) : ''}
          left={area.left}
        />
      ))}
      <BottomAxis area={area} ticks={x.ticks} title={title} />
    </Drawing>
  )
}

interface OneProps {
  box: BoxOf
  at: (value: number) => number
  middle: number
  isAt: boolean
  name: string
  left: number
}

function OneBox({ box, at, middle, isAt, name, left }: OneProps) {
  const half = LANE / 2 - 8
  return (
    <g className={isAt ? styles.boxAt : styles.box}>
      {name && (
        <text x={left - 8} y={middle + 4} textAnchor="end">
          {name}
        </text>
      )}
      <line x1={at(box.low)} x2={at(box.q1)} y1={middle} y2={middle} />
      <line x1={at(box.q3)} x2={at(box.high)} y1={middle} y2={middle} />
      <line x1={at(box.low)} x2={at(box.low)} y1={middle - half / 2} y2={middle + half / 2} />
      <line x1={at(box.high)} x2={at(box.high)} y1={middle - half / 2} y2={middle + half / 2} />
      <rect x={at(box.q1)} width={Math.max(at(box.q3) - at(box.q1), 1)} y={middle - half} height={half * 2} rx={2} />
      <line className={styles.median} x1={at(box.median)} x2={at(box.median)} y1={middle - half} y2={middle + half} />
      {box.mean !== null && <circle className={styles.mean} cx={at(box.mean)} cy={middle} r={2.5} />}
      {box.min < box.low && <circle cx={at(box.min)} cy={middle} r={2.5} />}
      {box.max > box.high && <circle cx={at(box.max)} cy={middle} r={2.5} />}
    </g>
  )
}

function told(box: BoxOf, text: (value: number) => string): string {
  const words = t`${count(box.count)} values: least ${text(box.min)}, quartiles ${text(box.q1)}, ${text(box.median)} and ${text(box.q3)}, greatest ${text(box.max)}`
  return box.name ? `${box.name} · ${words}` : words
}
