import styles from './charts.module.css'

const HEIGHT = 24

/** Counts as small bars, for a header or a list; decoration, whose numbers are told elsewhere. */
export function MiniHistogram({ counts, className }: { counts: readonly number[]; className?: string | undefined }) {
  const most = Math.max(1, ...counts)
  return (
    <svg
      className={`${styles.mini ?? ''} ${className ?? ''}`}
      viewBox={`0 0 ${counts.length} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {counts.map((each, place) => {
        const height = each ? Math.max((each / most) * HEIGHT, 1.2) : 0
        return <rect key={place} x={place + 0.06} width={0.88} y={HEIGHT - height} height={height} />
      })}
    </svg>
  )
}
