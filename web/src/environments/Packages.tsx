import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'

import styles from '../datasets/data.module.css'
import { SearchField } from '../ui'
import look from './environments.module.css'

/** What is installed, with its versions; found by a part of the name. */
export function Packages({ packages }: { packages: Readonly<Record<string, string>> }) {
  const { t } = useLingui()
  const [search, setSearch] = useState('')
  const found = Object.entries(packages).filter(([name]) => name.includes(search.trim().toLowerCase().replace(/[_.]/g, '-')))
  return (
    <div className={styles.stack}>
      <div className={styles.actions}>
        <SearchField label={t`Search packages`} className={styles.search} value={search} onChange={setSearch} />
        <span className={styles.quiet} role="status">
          {search.trim() !== '' && <Plural value={found.length} one="# package" other="# packages" />}
        </span>
      </div>
      {found.length === 0 ? (
        <p className={styles.quiet}>
          <Trans>No package has these letters in its name.</Trans>
        </p>
      ) : (
        <dl className={look.packages} aria-label={t`Packages`}>
          {found.map(([name, version]) => (
            <div key={name} className={look.package}>
              <dt>{name}</dt>
              <dd>{version}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}
