import { useLingui } from '@lingui/react/macro'

import { CopyButton } from '../ui'
import styles from './CodeBlock.module.css'

/** Text to be typed elsewhere, with a button that copies it. */
export function CodeBlock({ title, text }: { title: string; text: string }) {
  const { t } = useLingui()
  return (
    <section className={styles.block}>
      <div className={styles.head}>
        <h3>{title}</h3>
        <CopyButton text={text} label={t`Copy: ${title}`} />
      </div>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard */}
      <pre className={styles.code} tabIndex={0}>{text}</pre>
    </section>
  )
}
