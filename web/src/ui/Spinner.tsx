import { useLingui } from '@lingui/react/macro'
import { ProgressBar } from 'react-aria-components'

import { classes } from './classes'
import styles from './Spinner.module.css'

/** Something goes on. Silent to screen readers: what waits says so itself. */
export function Spinner({ size = 'medium' }: { size?: 'small' | 'medium' }) {
  return <span aria-hidden className={classes(styles.spinner, size === 'small' && styles.small)} />
}

/** In place of a page or a panel that is coming. */
export function Loading({ label }: { label?: string }) {
  const { t } = useLingui()
  return (
    <div className={styles.center} role="status" aria-label={label ?? t`Loading`}>
      <Spinner />
    </div>
  )
}

/** How far something is, from 0 to 1; `null` where nobody knows. */
export function Progress({ value, label }: { value: number | null; label: string }) {
  return (
    <ProgressBar aria-label={label} value={(value ?? 0) * 100} isIndeterminate={value === null}>
      {({ percentage }) => (
        <div className={styles.track}>
          <div
            className={classes(styles.bar, value === null && styles.unknown)}
            style={value === null ? {} : { inlineSize: `${percentage ?? 0}%` }}
          />
        </div>
      )}
    </ProgressBar>
  )
}
