import { classes } from '../ui/classes'
import styles from './diff.module.css'

/** The lines of a unified difference, each with its sign. */
export function DiffLines({ lines, label, className }: { lines: readonly string[]; label?: string; className?: string | undefined }) {
  return (
    <pre className={classes(styles.diff, className)} tabIndex={0} role={label ? 'group' : undefined} aria-label={label}>
      <span className={styles.lines}>
        {lines.map((line, place) => (
          <span key={place} data-kind={kindOf(line, place)}>{line}{'\n'}</span>
        ))}
      </span>
    </pre>
  )
}

function kindOf(line: string, place: number): string | undefined {
  const isHead = place < 2 && /^(---|\+\+\+) /.test(line)
  if (isHead || line.startsWith('@@')) return 'place'
  return line.startsWith('+') ? 'new' : line.startsWith('-') ? 'old' : undefined
}
