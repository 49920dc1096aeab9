import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { Link } from 'wouter'

import { links } from '../app/links'
import { useDoc, useHandle } from './context'
import styles from './EditorPage.module.css'
import { SaveMark } from './SaveMark'

/** The experiment's title, which can be written over, and whether all is saved. */
export function Heading() {
  const { t } = useLingui()
  const { store } = useHandle()
  const title = useDoc((state) => state.document.title)
  const isReadOnly = useDoc((state) => state.isReadOnly)
  const [written, setWritten] = useState<string | null>(null)
  const keep = () => {
    const next = written?.trim()
    if (next !== undefined && next !== title) store.getState().apply((document) => ({ ...document, title: next }), t`change the title`)
    setWritten(null)
  }
  return (
    <div className={styles.heading}>
      <Link href={links.experiments()} className={styles.crumb}>{t`Experiments`}</Link>
      <span aria-hidden className={styles.slash}>
        /
      </span>
      <h1 className={styles.titleBox} data-text={written ?? (title || t`Untitled experiment`)}>
        <input
          className={styles.title}
          aria-label={t`Title of the experiment`}
          placeholder={t`Untitled experiment`}
          value={written ?? title}
          size={1}
          readOnly={isReadOnly}
          onChange={(event) => setWritten(event.target.value)}
          onBlur={keep}
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.currentTarget.blur()
            if (event.key === 'Escape') setWritten(null)
          }}
        />
      </h1>
      {!isReadOnly && <SaveMark />}
    </div>
  )
}
