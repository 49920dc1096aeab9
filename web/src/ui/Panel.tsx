import { type ReactNode, useEffect } from 'react'

import { classes } from './classes'
import styles from './Panel.module.css'

export interface PanelProps {
  title?: ReactNode
  actions?: ReactNode
  children: ReactNode
  isPadded?: boolean
  /** With a border of its own, outside a SplitPane. */
  isFramed?: boolean
  className?: string
}

/** A part of a page with a title; its body scrolls. */
export function Panel({ title, actions, children, isPadded, isFramed, className }: PanelProps) {
  return (
    <section className={classes(styles.panel, isFramed && styles.framed, className)}>
      {(title !== undefined || actions) && (
        <header className={styles.head}>
          <h2>{title}</h2>
          {actions}
        </header>
      )}
      <div className={classes(styles.body, isPadded && styles.padded)}>{children}</div>
    </section>
  )
}

export interface PageProps {
  /** The page's heading and the window's title. */
  title: string
  description?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** A page that is read and scrolled, unlike the editor. */
export function Page({ title, description, actions, children }: PageProps) {
  useTitle(title)
  return (
    <div className={styles.page}>
      <header className={styles.pageHead}>
        <div className={styles.pageTitle}>
          <h1>{title}</h1>
          {description && <p>{description}</p>}
        </div>
        {actions}
      </header>
      {children}
    </div>
  )
}

/** The window's title: `Experiments · Bottega`. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Bottega` : 'Bottega'
  }, [title])
}
