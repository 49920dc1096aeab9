import { Trans, useLingui } from '@lingui/react/macro'
import { CircleAlert, CircleCheck, Info, RotateCw, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'

import { Button } from './Button'
import { classes } from './classes'
import styles from './EmptyState.module.css'
import { placesOf, wordsOf } from './toasts'

export interface EmptyStateProps {
  icon?: ReactNode
  title: ReactNode
  /** What it would hold, and how it gets there. */
  children?: ReactNode
  actions?: ReactNode
}

/** In the place of things that are not there yet: says what they are and how to get the first. */
export function EmptyState({ icon, title, children, actions }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      {icon && (
        <div className={styles.icon} aria-hidden>
          {icon}
        </div>
      )}
      <h2>{title}</h2>
      {children && <div className={styles.words}>{children}</div>}
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  )
}

/** In the place of what could not be had, with a way to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useLingui()
  const retry = onRetry && (
    <Button icon={<RotateCw />} onPress={onRetry}>
      <Trans>Try again</Trans>
    </Button>
  )
  return (
    <div role="alert">
      <EmptyState icon={<CircleAlert />} title={t`This did not work`} actions={retry}>
        <Words error={error} />
      </EmptyState>
    </div>
  )
}

const ICONS = { danger: CircleAlert, warn: TriangleAlert, info: Info, ok: CircleCheck }

interface NoteProps {
  tone?: keyof typeof ICONS
  children: ReactNode
  actions?: ReactNode
}

/** Words of weight within a page or a dialog. */
export function Note({ tone = 'info', children, actions }: NoteProps) {
  const Icon = ICONS[tone]
  return (
    <div className={classes(styles.note, styles[tone])} role={tone === 'danger' ? 'alert' : undefined}>
      <Icon aria-hidden />
      <div className={styles.text}>{children}</div>
      {actions}
    </div>
  )
}

/** An error within a page or a dialog. */
export function ErrorNote({ error }: { error: unknown }) {
  return (
    <Note tone="danger">
      <Words error={error} />
    </Note>
  )
}

function Words({ error }: { error: unknown }) {
  return (
    <>
      <div>{wordsOf(error)}</div>
      {placesOf(error).map((line) => (
        <div key={line}>{line}</div>
      ))}
    </>
  )
}
