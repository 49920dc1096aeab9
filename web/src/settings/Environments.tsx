import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'

import { type EnvironmentSummary, useEnvironment, useEnvironments } from '../api/workspace'
import { Awaited } from '../datasets/Awaited'
import { Badge, Disclosure, SearchField } from '../ui'
import { Section } from './Section'
import styles from './settings.module.css'

/** The environments that scripts run in, with their packages. */
export function Environments() {
  const { t } = useLingui()
  const asked = useEnvironments()
  return (
    <Section
      title={t`Environments`}
      about={<Trans>Python and the packages that scripts run with. Others are made on the server’s command line, by <code>bottega environment create</code>.</Trans>}
    >
      <Awaited asked={asked}>
        {(environments) =>
          environments.length === 0 ? (
            <p className={styles.quiet}>
              <Trans>None is built yet; the first run of a script builds the usual one.</Trans>
            </p>
          ) : (
            environments.map((each) => <EnvironmentEntry key={each.name} environment={each} />)
          )
        }
      </Awaited>
    </Section>
  )
}

function EnvironmentEntry({ environment: { name, python, digest } }: { environment: EnvironmentSummary }) {
  const { t } = useLingui()
  const [isOpen, setOpen] = useState(false)
  return (
    <Disclosure title={name} aside={<Badge>{t`Python ${python}`}</Badge>} isOpen={isOpen} onOpenChange={setOpen}>
      {isOpen && <Packages name={name} digest={digest} />}
    </Disclosure>
  )
}

function Packages({ name, digest }: { name: string; digest: string }) {
  const { t } = useLingui()
  const asked = useEnvironment(name)
  const [search, setSearch] = useState('')
  return (
    <Awaited asked={asked}>
      {({ packages }) => {
        const found = Object.entries(packages).filter(([each]) => each.toLowerCase().includes(search.trim().toLowerCase()))
        return (
          <div className={styles.packed}>
            <SearchField label={t`Search packages`} className={styles.half} value={search} onChange={setSearch} />
            <p className={styles.quiet}>
              <Plural value={found.length} one="# package" other="# packages" />, <Trans>lock {digest}</Trans>
            </p>
            {/* What scrolls has to be reached by the keyboard. */}
            {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
            <div className={styles.packages} tabIndex={0} role="region" aria-label={t`Packages`}>
              {found.map(([each, version]) => (
                <div key={each} className={styles.package}>
                  {each} <span>{version}</span>
                </div>
              ))}
            </div>
          </div>
        )
      }}
    </Awaited>
  )
}
