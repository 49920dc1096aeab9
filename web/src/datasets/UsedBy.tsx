/** Which experiments and web services hang on something that is kept. */
import { Trans } from '@lingui/react/macro'
import { RadioTower, Workflow } from 'lucide-react'

import { type Kind, useUsedBy } from '../api/datasets'
import { links } from '../app/links'
import { Awaited } from './Awaited'
import { NameLink } from './Crumb'
import styles from './UsedBy.module.css'

export function UsedBy({ kind, name }: { kind: Kind; name: string }) {
  const asked = useUsedBy(kind, name)
  return (
    <Awaited asked={asked}>
      {({ experiments, services }) =>
        experiments.length + services.length === 0 ? (
          <p className={styles.nobody}>
            <Trans>No experiment and no web service uses it.</Trans>
          </p>
        ) : (
          <ul className={styles.users}>
            {experiments.map(({ id, title }) => (
              <li key={id}>
                <Workflow aria-hidden />
                <NameLink href={links.experiment(id)}>{title}</NameLink>
                <span className={styles.kind}>
                  <Trans>Experiment</Trans>
                </span>
              </li>
            ))}
            {services.map(({ id, title }) => (
              <li key={id}>
                <RadioTower aria-hidden />
                <NameLink href={links.service(id)}>{title}</NameLink>
                <span className={styles.kind}>
                  <Trans>Web service</Trans>
                </span>
              </li>
            ))}
          </ul>
        )
      }
    </Awaited>
  )
}
