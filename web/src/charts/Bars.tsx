import styles from './charts.module.css'

export interface Bar {
  key: string
  name: string
  value: number
  /** How the value reads. */
  text: string
  /** A mark behind the name, such as "missing". */
  isQuiet?: boolean
}

interface Props {
  label: string
  bars: readonly Bar[]
  /** The full width; the greatest size unless told. */
  most?: number
}

/** Named values as lying bars; negative ones go to the left of a common line. A list, so that it is read as one. */
export function Bars({ label, bars, most }: Props) {
  const full = most ?? Math.max(...bars.map((bar) => Math.abs(bar.value)), Number.MIN_VALUE)
  const isSigned = bars.some((bar) => bar.value < 0)
  return (
    <ul className={styles.bars} aria-label={label}>
      {bars.map((bar) => {
        const share = (Math.abs(bar.value) / full) * (isSigned ? 50 : 100)
        const start = isSigned ? (bar.value < 0 ? 50 - share : 50) : 0
        return (
          <li key={bar.key}>
            <span className={styles.barName} data-quiet={bar.isQuiet} title={bar.name}>
              {bar.name}
            </span>
            <span className={styles.barTrack} data-signed={isSigned} aria-hidden="true">
              <span
                data-negative={bar.value < 0}
                style={{ marginInlineStart: `${start}%`, width: `${Math.max(share, bar.value ? 0.5 : 0)}%` }}
              />
            </span>
            <span className={styles.barText}>{bar.text}</span>
          </li>
        )
      })}
    </ul>
  )
}
