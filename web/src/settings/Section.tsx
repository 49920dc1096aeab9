import { type ReactNode, useId } from 'react'

import styles from './settings.module.css'

interface Props {
  title: string
  about?: ReactNode
  children: ReactNode
}

/** Settings that belong together: what they are on the left, the settings on the right. */
export function Section({ title, about, children }: Props) {
  const id = useId()
  return (
    <section className={styles.section} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {about && <p className={styles.about}>{about}</p>}
      </header>
      <div className={styles.content}>{children}</div>
    </section>
  )
}
