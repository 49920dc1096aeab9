import type { ReactNode } from 'react'

import styles from './Badge.module.css'
import { classes } from './classes'

export type Tone = 'neutral' | 'ok' | 'warn' | 'danger' | 'running' | 'cached' | 'accent'

/** A word about a thing, in the colour of what it means. */
export function Badge({ tone = 'neutral', icon, children }: { tone?: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span className={classes(styles.badge, styles[tone])}>
      {icon}
      {children}
    </span>
  )
}
