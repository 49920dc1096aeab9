import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { Button as Plain } from 'react-aria-components'

import { runs } from '../api/runs'
import { Dialog } from '../ui'
import styles from './log.module.css'

/** The pictures that a node drew, small; a press shows one large. */
export function Pictures({ run, node, names }: { run: string; node: string; names: readonly string[] }) {
  const { t } = useLingui()
  const [shown, setShown] = useState<string | null>(null)
  return (
    <>
      <ul className={styles.pictures} aria-label={t`Pictures`}>
        {names.map((name) => (
          <li key={name}>
            <Plain className={styles.picture ?? ''} aria-label={t`Show ${name}`} onPress={() => setShown(name)}>
              <img src={runs.picture(run, node, name)} alt="" loading="lazy" />
              <span className={styles.words}>{name}</span>
            </Plain>
          </li>
        ))}
      </ul>
      <Dialog title={shown ?? ''} size="large" isOpen={shown !== null} onClose={() => setShown(null)}>
        {shown !== null && <img className={styles.large} src={runs.picture(run, node, shown)} alt={shown} />}
      </Dialog>
    </>
  )
}
